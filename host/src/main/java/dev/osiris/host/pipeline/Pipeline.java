package dev.osiris.host.pipeline;

import dev.osiris.host.yaml.YamlNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An authored pipeline, free of contradictions in itself: ids are legal and unique, needs exist and
 * form no cycle. What its components accept is not checked yet.
 *
 * @param source the file's name, for messages
 * @param about {@code description}, {@code metadata} and {@code schedule} as written; nothing reads
 *     them
 * @param params declared parameters by name, in the order of the file
 * @param profiles values of parameters by profile and name
 * @param steps in the order of the file
 */
public record Pipeline(
    String source,
    String name,
    Map<String, YamlNode> about,
    Map<String, ParamDeclaration> params,
    Map<String, Map<String, YamlNode>> profiles,
    List<PipelineStep> steps) {

  public Pipeline {
    about = Map.copyOf(about);
    params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
    profiles = Collections.unmodifiableMap(new LinkedHashMap<>(profiles));
    steps = List.copyOf(steps);
  }
}
