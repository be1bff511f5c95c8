package dev.osiris.host.pipeline;

import dev.osiris.host.yaml.Position;
import dev.osiris.host.yaml.YamlNode.Entry;
import dev.osiris.host.yaml.YamlNode.Mapping;
import dev.osiris.host.yaml.YamlNode.Scalar;
import dev.osiris.step.InputRef;
import dev.osiris.step.StepId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Resolves what steps say about each other: ids, needs, inputs, cycles. Used once. */
final class StepLinker {

  /** Steps of a cycle that a message shows. */
  private static final int MAX_SHOWN = 20;

  private static final Pattern OLD_REFERENCE = Pattern.compile("\\$\\{(.*)}");

  private final ProblemLog problems;

  /** Every id as written, the illegal ones too, so that one mistake is one problem. */
  private final Map<String, StepDraft> byId = new LinkedHashMap<>();

  private final Map<String, StepDraft> byCase = new HashMap<>();

  StepLinker(ProblemLog problems) {
    this.problems = problems;
  }

  /** The steps; without meaning when problems were found. */
  List<PipelineStep> link(List<StepDraft> drafts) {
    drafts.forEach(this::register);
    List<PipelineStep> steps = new ArrayList<>();
    for (int i = 0; i < drafts.size(); i++) {
      StepDraft draft = drafts.get(i);
      Map<String, InputRef> inputs = draft.inputs() == null ? null : inputs(draft, draft.inputs());
      Set<StepId> needs = needs(draft, i == 0 ? null : drafts.get(i - 1), inputs);
      StepId id = legalId(draft);
      if (id != null) {
        steps.add(step(draft, id, needs, inputs));
      }
    }
    new CycleFinder(steps).cycles().forEach(this::reportCycle);
    return steps;
  }

  private static PipelineStep step(
      StepDraft draft, StepId id, Set<StepId> needs, @Nullable Map<String, InputRef> inputs) {
    return new PipelineStep(
        id,
        draft.places(),
        draft.component(),
        draft.discovers(),
        draft.mode(),
        needs,
        inputs,
        draft.config(),
        draft.resources(),
        draft.retry(),
        draft.timeout());
  }

  private void register(StepDraft draft) {
    if (draft.id() == null) {
      return;
    }
    StepDraft earlier = byId.putIfAbsent(draft.id().text(), draft);
    String caseKey = draft.id().text().toLowerCase(Locale.ROOT);
    if (earlier != null) {
      problems.add(
          draft.places().step(),
          draft.label(),
          "the id is given twice, first in line " + earlier.places().step().line());
    } else {
      StepDraft similar = byCase.putIfAbsent(caseKey, draft);
      if (similar != null) {
        problems.add(
            draft.places().step(),
            draft.label(),
            "the id differs from '"
                + similar.label()
                + "' in line "
                + similar.places().step().line()
                + " by case alone, and on some disks the two are one file");
      }
    }
  }

  private Set<StepId> needs(
      StepDraft draft, @Nullable StepDraft before, @Nullable Map<String, InputRef> inputs) {
    Set<StepId> needs = new LinkedHashSet<>();
    if (draft.needs() != null) {
      draft.needs().forEach(need -> addNeed(draft, need, needs));
    } else if (before != null && (inputs == null || inputs.isEmpty())) {
      StepId previous = legalId(before);
      if (previous != null && !isSame(before, draft)) {
        needs.add(previous);
      }
    }
    if (inputs != null) {
      inputs.values().forEach(input -> needs.add(input.step()));
    }
    return needs;
  }

  private void addNeed(StepDraft draft, Scalar need, Set<StepId> needs) {
    String text = need.text();
    StepDraft target = byId.get(text);
    if (target == null) {
      InputRef output = reference(text);
      problems.add(
          need.at(),
          draft.label(),
          output == null
              ? "needs '"
                  + printable(text)
                  + "', and there is no such step"
                  + problems.suggest(text, byId.keySet())
              : "needs '"
                  + text
                  + "', which is an output of step '"
                  + output.step()
                  + "'; write 'inputs: {input: "
                  + text
                  + "}'");
    } else if (isSame(target, draft)) {
      problems.add(need.at(), draft.label(), "needs itself");
    } else {
      StepId id = legalId(target);
      if (id != null) {
        needs.add(id);
      }
    }
  }

  private Map<String, InputRef> inputs(StepDraft draft, Mapping written) {
    Map<String, InputRef> inputs = new LinkedHashMap<>();
    Map<String, String> byCaseKey = new HashMap<>();
    for (Entry entry : written.entries()) {
      StepId.problem(entry.key())
          .ifPresent(problem ->
              problems.add(
                  entry.at(),
                  draft.label(),
                  "the input name '" + printable(entry.key()) + "' " + problem));
      String similar = byCaseKey.putIfAbsent(entry.key().toLowerCase(Locale.ROOT), entry.key());
      if (similar != null) {
        problems.add(
            entry.at(),
            draft.label(),
            "the input names '" + similar + "' and '" + entry.key() + "' differ by case alone");
      }
      if (entry.value() instanceof Scalar value && value.value() != null) {
        addInput(draft, entry, value.text(), inputs);
      } else {
        problems.add(
            entry.at(),
            draft.label(),
            "input '"
                + entry.key()
                + "' must name a step or one of its outputs, and is "
                + entry.value().kind());
      }
    }
    return inputs;
  }

  private void addInput(StepDraft draft, Entry entry, String text, Map<String, InputRef> inputs) {
    Matcher old = OLD_REFERENCE.matcher(text);
    InputRef reference = reference(text);
    if (old.matches()) {
      problems.add(
          entry.value().at(), draft.label(), oldReference(entry.key(), text, old.group(1)));
    } else if (reference == null && !isWritten(text)) {
      int dot = text.indexOf('.');
      String step = dot < 0 ? text : text.substring(0, dot);
      String suggestion = problems.suggest(text, byId.keySet());
      problems.add(
          entry.value().at(),
          draft.label(),
          "input '"
              + entry.key()
              + "' names '"
              + printable(text)
              + "', and there is no such step"
              + (suggestion.isEmpty() ? problems.suggest(step, byId.keySet()) : suggestion));
    } else if (reference != null && reference.step().value().equals(draft.label())) {
      problems.add(
          entry.value().at(), draft.label(), "input '" + entry.key() + "' reads the step itself");
    } else if (reference != null) {
      inputs.put(entry.key(), reference);
    }
  }

  private String oldReference(String name, String text, String inner) {
    InputRef reference = reference(inner);
    String step = reference == null ? "<step>" : reference.step().value();
    return "input '"
        + name
        + "' is written as '"
        + printable(text)
        + "', a form of older guides; name the step itself: 'inputs: {"
        + name
        + ": "
        + step
        + "}'";
  }

  /**
   * What a text such as {@code b.actors} means: a step of exactly that id, else the longest id
   * before a dot and behind it the output; {@code null} when no step has such an id.
   */
  private @Nullable InputRef reference(String text) {
    StepDraft whole = byId.get(text);
    if (whole != null) {
      StepId id = legalId(whole);
      return id == null ? null : new InputRef(id, null);
    }
    for (int dot = text.lastIndexOf('.'); dot > 0; dot = text.lastIndexOf('.', dot - 1)) {
      StepDraft step = byId.get(text.substring(0, dot));
      StepId id = step == null ? null : legalId(step);
      if (id != null && dot + 1 < text.length()) {
        return new InputRef(id, text.substring(dot + 1));
      }
    }
    return null;
  }

  /** Whether a text names a step that exists and whose own id is the problem. */
  private boolean isWritten(String text) {
    return byId.containsKey(text);
  }

  private static @Nullable StepId legalId(StepDraft draft) {
    boolean legal = draft.id() != null && StepId.problem(draft.id().text()).isEmpty();
    return legal ? new StepId(draft.label()) : null;
  }

  private static boolean isSame(StepDraft one, StepDraft other) {
    return one.label().equals(other.label());
  }

  private void reportCycle(List<PipelineStep> cycle) {
    PipelineStep first = cycle.getFirst();
    List<String> path = new ArrayList<>(cycle.stream().map(step -> step.id().value()).toList());
    path.add(first.id().value());
    if (path.size() > MAX_SHOWN) {
      int left = path.size() - MAX_SHOWN;
      path.subList(MAX_SHOWN / 2, MAX_SHOWN / 2 + left).clear();
      path.add(MAX_SHOWN / 2, "(" + left + " more)");
    }
    Position at = first.inputs() == null ? first.places().needs() : first.places().inputs();
    problems.add(at, first.id().value(), "the needs form a cycle: " + String.join(" -> ", path));
  }

  private static String printable(String text) {
    String clean = text.replaceAll("\\p{Cntrl}", "?");
    return clean.length() > 80 ? clean.substring(0, 80) + "…" : clean;
  }
}
