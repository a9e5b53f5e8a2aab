package io.sluice.broker.config;

import io.sluice.broker.api.ConfigService.Action;
import io.sluice.broker.api.ConfigService.Change;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What somebody wants to change about the explicit configurations of one thing; immutable. */
public sealed interface ConfigEdit {
    /**
     * The explicit configurations after the edit. {@code names} tells which are lists; names and values are not checked
     * here, so that what is removed need not be known.
     */
    Result<Map<String, String>> apply(Map<String, String> explicit, ConfigTable names);

    /** Everything is replaced, as AlterConfigs does. */
    record Replacement(Map<String, String> wanted) implements ConfigEdit {
        public Replacement {
            wanted = Map.copyOf(wanted);
        }

        @Override
        public Result<Map<String, String>> apply(Map<String, String> explicit, ConfigTable names) {
            return Result.of(wanted);
        }
    }

    /**
     * Only what is named changes, as IncrementalAlterConfigs does
     * (<a href="https://cwiki.apache.org/confluence/display/KAFKA/KIP-339">KIP-339</a>).
     */
    record Changes(List<Change> wanted) implements ConfigEdit {
        public Changes {
            wanted = List.copyOf(wanted);
        }

        @Override
        public Result<Map<String, String>> apply(Map<String, String> explicit, ConfigTable names) {
            Map<String, String> edited = new HashMap<>(explicit);
            for (Change change : wanted) {
                switch (change.action()) {
                    case SET -> edited.put(change.name(), change.value());
                    case DELETE -> edited.remove(change.name());
                    case APPEND, SUBTRACT -> {
                        Optional<ConfigKey<?>> key = names.find(change.name());
                        if (key.isEmpty() || key.get().type() != ConfigType.LIST) {
                            return Result.failed(
                                    ErrorCode.INVALID_CONFIG,
                                    "Can't " + change.action() + " to key " + change.name()
                                            + " because its type is not LIST.");
                        }
                        String before =
                                edited.getOrDefault(change.name(), key.get().standardText());
                        edited.put(change.name(), list(before, change));
                    }
                }
            }
            return Result.of(edited);
        }

        private static String list(String before, Change change) {
            List<String> parts = new ArrayList<>(parts(before));
            for (String part : parts(change.value())) {
                if (change.action() == Action.SUBTRACT) {
                    parts.remove(part);
                } else if (!parts.contains(part)) {
                    parts.add(part);
                }
            }
            return String.join(",", parts);
        }

        private static List<String> parts(String list) {
            return Arrays.stream(list.split(","))
                    .map(String::strip)
                    .filter(part -> !part.isEmpty())
                    .toList();
        }
    }
}
