package dev.osiris.host.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version of this build, and what it runs on. */
final class VersionText implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {
      "osiris " + product(),
      "Java " + Runtime.version() + " (" + System.getProperty("java.vendor") + ")"
    };
  }

  static String product() {
    return Optional.ofNullable(VersionText.class.getPackage().getImplementationVersion())
        .orElse("development");
  }
}
