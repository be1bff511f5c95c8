package dev.osiris.host.cli;

import dev.osiris.component.ComponentCatalog;
import dev.osiris.component.ComponentSpec;
import dev.osiris.component.ConfigField;
import dev.osiris.component.Suggestion;
import dev.osiris.host.cli.setup.Flags;
import dev.osiris.host.cli.setup.Preparation;
import dev.osiris.host.cli.setup.UsageException;
import dev.osiris.host.cli.view.Console;
import dev.osiris.host.cli.view.TextTable;
import dev.osiris.host.run.report.ExitCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what steps can be made of. */
@Command(
    name = "drivers",
    description = "Lists the components that steps can name, or shows what one accepts.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    synopsisSubcommandLabel = "(list | show)")
final class DriversCommand implements Runnable {
  private final Console console;
  private final Preparation preparation;

  DriversCommand(Console console, Preparation preparation) {
    this.console = console;
    this.preparation = preparation;
  }

  @Override
  public void run() {
    throw new UsageException("say 'drivers list' or 'drivers show <name>'");
  }

  @Command(name = "list", description = "Lists all components.", mixinStandardHelpOptions = true)
  int list(@Option(names = "--drivers", paramLabel = "DIR") @Nullable String drivers) {
    TextTable table =
        new TextTable(
            List.of("NAME", "KIND", "VERSION", "WHAT IT DOES"),
            List.of(false, false, false, false));
    for (ComponentSpec spec : catalog(drivers).all()) {
      table.add(List.of(spec.name(), word(spec.kind()), spec.version(), spec.summary()));
    }
    table.lines().forEach(console::result);
    return ExitCode.SUCCEEDED.number();
  }

  @Command(
      name = "show",
      description = "Shows the configuration that a component accepts.",
      mixinStandardHelpOptions = true)
  int show(
      @Parameters(paramLabel = "NAME", description = "The component.") String name,
      @Option(names = "--drivers", paramLabel = "DIR") @Nullable String drivers) {
    ComponentCatalog catalog = catalog(drivers);
    ComponentSpec spec =
        catalog
            .find(name)
            .orElseThrow(() ->
                new UsageException(
                    "there is no component '"
                        + name
                        + "'"
                        + Suggestion.phrase(name, catalog.names())));
    console.result(spec.name() + " " + spec.version() + " (" + word(spec.kind()) + ")");
    console.result(spec.summary());
    console.result("mode: " + spec.kind().mode());
    console.result("inputs: " + word(spec.inputs()));
    console.result("");
    spec.fields().stream().filter(field -> field.refused().isEmpty()).forEach(this::field);
    spec.exactlyOneOf()
        .forEach(group -> console.result("exactly one of: " + String.join(", ", group)));
    return ExitCode.SUCCEEDED.number();
  }

  private void field(ConfigField field) {
    List<String> traits = new ArrayList<>();
    traits.add(String.join(" or ", field.types().stream().map(DriversCommand::word).toList()));
    if (field.required()) {
      traits.add("required");
    }
    if (field.defaultValue() != null) {
      traits.add("default " + field.defaultValue());
    }
    if (!field.allowed().isEmpty()) {
      traits.add("one of " + String.join(", ", field.allowed()));
    }
    if (field.min() != null) {
      traits.add("at least " + field.min());
    }
    if (field.max() != null) {
      traits.add("at most " + field.max());
    }
    if (field.secret()) {
      traits.add("secret");
    }
    field.requiredIf().forEach((key, value) -> traits.add("required when " + key + " is " + value));
    if (!field.aliases().isEmpty()) {
      traits.add("also written " + String.join(", ", field.aliases()));
    }
    console.result("  " + field.name() + ": " + String.join("; ", traits));
    if (!field.description().isEmpty()) {
      console.result("      " + field.description().strip());
    }
  }

  private ComponentCatalog catalog(@Nullable String drivers) {
    Flags.Settings settings = new Flags.Settings();
    settings.add("drivers", drivers);
    return preparation.catalog(preparation.config(settings, null).paths().drivers());
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
