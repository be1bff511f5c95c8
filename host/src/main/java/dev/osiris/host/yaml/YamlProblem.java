package dev.osiris.host.yaml;

/** One thing that is wrong with a YAML text, and where. */
public record YamlProblem(Position at, String message) {}
