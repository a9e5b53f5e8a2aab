package io.sluice.cli.access;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclOperation;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Operations as people write them: lower case with hyphens. */
final class AclOperations implements ITypeConverter<AclOperation> {

    static final String NAMES = "read, write, create, delete, alter, describe, cluster-action, describe-configs,"
            + " alter-configs, idempotent-write, all";

    @Override
    public AclOperation convert(String text) {
        String wanted = text.strip().toUpperCase(Locale.ROOT).replace('-', '_');
        return Stream.of(AclOperation.values())
                .filter(operation -> operation.name().equals(wanted))
                .filter(operation -> operation != AclOperation.ANY && operation != AclOperation.UNKNOWN)
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("no operation '" + text + "'; there are " + NAMES));
    }

    static String text(AclOperation operation) {
        return operation.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static String text(Stream<AclOperation> operations) {
        return operations.distinct().sorted().map(AclOperations::text).collect(Collectors.joining(","));
    }
}
