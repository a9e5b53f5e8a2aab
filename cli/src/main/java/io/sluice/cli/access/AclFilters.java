package io.sluice.cli.access;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePatternFilter;

/** Which rules are meant by options, one filter for each combination of a principal and a resource. */
final class AclFilters {

    private AclFilters() {}

    /**
     * The filters; {@code byName} says how a name without {@code --prefix} is meant: as written in the rule, or as the
     * name of a resource that a rule may also reach by a prefix or {@code *}.
     */
    static List<AclBindingFilter> of(AclWho who, AclWhat what, PatternType byName) {
        List<String> principals = new ArrayList<>(who.principals());
        List<AccessControlEntryFilter> entries = new ArrayList<>();
        if (principals.isEmpty()) {
            entries.add(AccessControlEntryFilter.ANY);
        }
        principals.forEach(principal ->
                entries.add(new AccessControlEntryFilter(principal, null, AclOperation.ANY, AclPermissionType.ANY)));
        List<ResourcePatternFilter> patterns = what.named().isEmpty()
                ? Collections.singletonList(ResourcePatternFilter.ANY)
                : what.named().stream()
                        .map(resource -> new ResourcePatternFilter(
                                resource.type(), resource.name(), what.isPrefix() ? PatternType.PREFIXED : byName))
                        .toList();
        return patterns.stream()
                .flatMap(pattern -> entries.stream().map(entry -> new AclBindingFilter(pattern, entry)))
                .toList();
    }
}
