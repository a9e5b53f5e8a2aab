package io.sluice.server.settings;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads a YAML file into dotted names: {@code kafka: {listen: x}} and {@code kafka.listen: x} say the same. */
final class SettingsFile {
    private static final long MAX_SIZE_BYTES = 1 << 20;

    private final Path file;
    private final Map<String, String> values = new LinkedHashMap<>();

    private SettingsFile(Path file) {
        this.file = file;
    }

    /** Names and values in the file's order, or a {@link SettingsException}. */
    static Map<String, String> read(Path file) {
        SettingsFile reader = new SettingsFile(file);
        JsonNode root = reader.parse();
        if (root.isMissingNode() || root.isNull()) {
            return Map.of();
        }
        if (!root.isObject()) {
            throw reader.problem("wants NAME: VALUE lines");
        }
        reader.flatten("", root);
        return reader.values;
    }

    private JsonNode parse() {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw problem("cannot be read; check the path given with --config");
        }
        if (file.toFile().length() > MAX_SIZE_BYTES) {
            throw problem("is larger than " + MAX_SIZE_BYTES + " bytes");
        }
        YAMLMapper mapper = YAMLMapper.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        try {
            return mapper.readTree(file);
        } catch (JacksonException e) {
            throw problem("is no valid YAML: "
                    + e.getOriginalMessage().lines().findFirst().orElse("")
                    + " (line " + e.getLocation().getLineNr() + ")");
        }
    }

    private void flatten(String prefix, JsonNode node) {
        if (node.isObject()) {
            node.properties()
                    .forEach(entry -> flatten(
                            prefix.isEmpty() ? entry.getKey() : prefix + "." + entry.getKey(), entry.getValue()));
            return;
        }
        if (values.put(prefix, textOf(prefix, node)) != null) {
            throw problem("sets " + prefix + " twice");
        }
    }

    private String textOf(String name, JsonNode node) {
        if (node.isArray()) {
            return node.values().stream().map(element -> textOf(name, element)).collect(Collectors.joining(","));
        }
        if (node.isNull()) {
            return "";
        }
        if (!node.isValueNode()) {
            throw problem("has a value that is no text or number at " + name);
        }
        return node.asString();
    }

    private SettingsException problem(String message) {
        return new SettingsException(List.of("settings file " + file + " " + message));
    }
}
