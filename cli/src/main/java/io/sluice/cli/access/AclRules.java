package io.sluice.cli.access;

import io.sluice.cli.text.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** Rules as people and scripts read them. */
final class AclRules {

    /**
     * A rule for scripts.
     *
     * @param principal whom it is about, such as {@code User:alice}
     * @param effect {@code allow} or {@code deny}
     * @param operation which operation
     * @param resourceType {@code topic}, {@code group}, {@code cluster}, {@code transactional-id} …
     * @param resource its name, or the beginning of its names
     * @param pattern {@code literal} or {@code prefixed}
     * @param host from where, {@code *} for anywhere
     */
    record Rule(
            String principal,
            String effect,
            String operation,
            String resourceType,
            String resource,
            String pattern,
            String host) {}

    private record Line(String principal, String effect, String resource, String host) {}

    private AclRules() {}

    /** The rules for scripts, in a stable order. */
    static List<Rule> rules(Collection<AclBinding> bindings) {
        return sorted(bindings).stream()
                .map(binding -> new Rule(
                        binding.entry().principal(),
                        word(binding.entry().permissionType()),
                        AclOperations.text(binding.entry().operation()),
                        word(binding.pattern().resourceType()),
                        binding.pattern().name(),
                        word(binding.pattern().patternType()),
                        binding.entry().host()))
                .toList();
    }

    /** A table in which rules that differ only by their operation are one line. */
    static Table table(Collection<AclBinding> bindings) {
        Map<Line, List<AclOperation>> lines = new LinkedHashMap<>();
        sorted(bindings)
                .forEach(binding -> lines.computeIfAbsent(line(binding), line -> new ArrayList<>())
                        .add(binding.entry().operation()));
        Table table = new Table()
                .text("WHO")
                .text("MAY")
                .text("OPERATIONS")
                .text("ON")
                .text("FROM");
        lines.forEach((line, operations) -> table.row(
                line.principal(),
                line.effect(),
                AclOperations.text(operations.stream()),
                line.resource(),
                line.host()));
        return table;
    }

    private static List<AclBinding> sorted(Collection<AclBinding> bindings) {
        return bindings.stream()
                .sorted(Comparator.comparing(
                                (AclBinding binding) -> binding.entry().principal())
                        .thenComparing(binding -> binding.pattern().resourceType())
                        .thenComparing(binding -> binding.pattern().name())
                        .thenComparing(binding -> binding.pattern().patternType())
                        .thenComparing(binding -> binding.entry().permissionType())
                        .thenComparing(binding -> binding.entry().operation())
                        .thenComparing(binding -> binding.entry().host()))
                .toList();
    }

    private static Line line(AclBinding binding) {
        String principal = binding.entry().principal();
        String who = principal.equals("User:*") ? "everyone" : principal.replaceFirst("^User:", "");
        String effect = switch (binding.entry().permissionType()) {
            case ALLOW -> "may";
            case DENY -> "never";
            case ANY, UNKNOWN -> word(binding.entry().permissionType());
        };
        String host = binding.entry().host();
        return new Line(who, effect, resource(binding.pattern()), host.equals("*") ? "anywhere" : host);
    }

    private static String resource(ResourcePattern pattern) {
        if (pattern.resourceType() == ResourceType.CLUSTER) {
            return "the cluster";
        }
        String type = word(pattern.resourceType());
        if (pattern.name().equals("*") && pattern.patternType() == PatternType.LITERAL) {
            return "every " + type;
        }
        return type + " " + pattern.name() + (pattern.patternType() == PatternType.PREFIXED ? "…" : "");
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
