package io.sluice.it.tidy;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.conditions.ArchConditions.accessField;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.sluice.common.SystemClock;
import io.sluice.log.DamagedLogException;
import io.sluice.log.DamagedRange;
import io.sluice.log.ReadSink;
import io.sluice.log.TimestampedOffset;
import io.sluice.log.disk.DiskException;
import io.sluice.replication.ActiveProducer;
import io.sluice.replication.AppendCallback;
import io.sluice.replication.EpochEnd;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.FileReader;
import java.io.FileWriter;
import java.io.RandomAccessFile;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.Timer;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may use what: the arrows of the module table in ARCHITECTURE.md, which point down only. */
final class ArchitectureTest {
    private static final JavaClasses SLUICE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.matches(java.util.regex.Pattern.compile(".*/qc/[a-z-]+-test/.*")))
            .importPackages("io.sluice");

    /** The modules that decide what is kept and promised; nothing from outside may reach into them. */
    private static final String[] CORE = {
        "io.sluice.common..", "io.sluice.log..", "io.sluice.replication..", "io.sluice.broker.."
    };

    /** Programs around the broker: they talk to people, files and processes as any program does. */
    private static final String[] PROGRAMS = {"io.sluice.server..", "io.sluice.cli..", "io.sluice.testkit.."};

    /**
     * Small types of lower layers that are part of the broker's API: wrapping each would only rename it. The batch format
     * is the one that clients and disk share.
     */
    private static final DescribedPredicate<JavaClass> HANDED_THROUGH = belongToAnyOf(
                    ActiveProducer.class,
                    AppendCallback.class,
                    DamagedLogException.class,
                    DamagedRange.class,
                    DiskException.class,
                    EpochEnd.class,
                    ReadSink.class,
                    TimestampedOffset.class)
            .or(resideInAPackage("io.sluice.log.batch.."));

    static Stream<Arguments> layers() {
        return Stream.of(
                Arguments.of("io.sluice.common..", List.of()),
                Arguments.of("io.sluice.log..", List.of("common")),
                Arguments.of("io.sluice.replication..", List.of("common", "log")),
                Arguments.of("io.sluice.network..", List.of("common")),
                Arguments.of("io.sluice.broker..", List.of("common", "log", "replication")),
                Arguments.of("io.sluice.broker.api..", List.of("common", "broker.api")),
                Arguments.of("io.sluice.protocol.kafka..", List.of("common", "network", "broker.api")),
                Arguments.of("io.sluice.protocol.redis..", List.of("common", "network", "broker.api")),
                Arguments.of("io.sluice.protocol.http..", List.of("common", "network", "broker.api")),
                Arguments.of("io.sluice.cli..", List.of()),
                Arguments.of("io.sluice.testkit..", List.of()));
    }

    @ParameterizedTest(name = "{0} uses {1}")
    @MethodSource("layers")
    void aModuleUsesOnlyWhatLiesBelowIt(String packages, List<String> below) {
        DescribedPredicate<JavaClass> allowed = resideInAPackage(packages)
                .or(belowAre(below))
                .or(below.contains("broker.api") ? HANDED_THROUGH : DescribedPredicate.alwaysFalse());
        DescribedPredicate<JavaClass> ours = resideInAPackage("io.sluice..");

        noClasses()
                .that()
                .resideInAPackage(packages)
                .should()
                .dependOnClassesThat(ours.and(DescribedPredicate.not(allowed)).as("other parts of Sluice"))
                .check(SLUICE);
    }

    @Test
    void theCoreKnowsNoNetworkNoProtocolAndNoDocumentFormat() {
        noClasses()
                .that()
                .resideInAnyPackage(CORE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.netty..",
                        "org.apache.kafka..",
                        "tools.jackson..",
                        "com.fasterxml.jackson..",
                        "java.net.http..",
                        "com.sun.net.httpserver..",
                        "ch.qos.logback..",
                        "picocli..")
                .check(SLUICE);
    }

    @Test
    void kafkasOwnClassesStayInOneCodecPackageAndInClients() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "io.sluice.protocol.kafka.codec..",
                        "io.sluice.cli..",
                        "io.sluice.testkit..",
                        "io.sluice.server.demo..",
                        "io.sluice.server.training..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.kafka..")
                .check(SLUICE);
    }

    /** So that another engine could take its place behind the journal's interface. */
    @Test
    void theRaftEngineStaysInOnePackage() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.sluice.replication.raft..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.alipay.sofa..", "com.google.protobuf..", "com.lmax..", "com.codahale..")
                .check(SLUICE);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.sluice.(**)").should().beFreeOfCycles().check(SLUICE);
    }

    @Test
    void timeIsAnArgument() {
        classesOutside("io.sluice.network..", PROGRAMS)
                .should()
                .callCodeUnitWhere(calls(System.class, "currentTimeMillis|nanoTime")
                        .or(calls(Instant.class, "now"))
                        .or(calls(java.time.LocalDateTime.class, "now"))
                        .or(calls(java.time.ZonedDateTime.class, "now"))
                        .or(calls(java.time.Clock.class, "system.*"))
                        .or(calls(Thread.class, "sleep"))
                        .as("read the clock or sleep"))
                .check(SLUICE);
    }

    @Test
    void randomnessIsAnArgument() {
        classesOutside("io.sluice.network..", PROGRAMS)
                .should()
                .callCodeUnitWhere(calls(Math.class, "random")
                        .or(calls(UUID.class, "randomUUID"))
                        .or(calls(ThreadLocalRandom.class, "current"))
                        .or(calls(Random.class, "<init>"))
                        .or(calls(SecureRandom.class, "<init>|getInstance.*"))
                        .or(calls(SplittableRandom.class, "<init>"))
                        .as("make randomness"))
                .check(SLUICE);
    }

    @Test
    void threadsAreAnArgument() {
        classesOutside("io.sluice.network..", PROGRAMS)
                .should()
                .callCodeUnitWhere(calls(Thread.class, "<init>|ofVirtual|ofPlatform|startVirtualThread")
                        .or(calls(Executors.class, "newVirtualThreadPerTaskExecutor"))
                        .or(calls(Timer.class, "<init>"))
                        .or(calls(ForkJoinPool.class, "<init>|commonPool"))
                        .as("make threads"))
                .check(SLUICE);
    }

    @Test
    void filesAreTouchedByTheDiskAndByPrograms() {
        classesOutside("io.sluice.log.disk..", PROGRAMS)
                .should()
                .dependOnClassesThat(belongToAnyOf(
                                Files.class,
                                FileChannel.class,
                                AsynchronousFileChannel.class,
                                RandomAccessFile.class,
                                File.class,
                                FileInputStream.class,
                                FileOutputStream.class,
                                FileReader.class,
                                FileWriter.class)
                        .as("touch files"))
                .check(SLUICE);
    }

    @Test
    void onlyProgramsPrint() {
        classesOutside("io.sluice.none..", PROGRAMS)
                .should(accessField(System.class, "out").or(accessField(System.class, "err")))
                .check(SLUICE);
    }

    @Test
    void onlyTheServerAndProgramsEndTheProcess() {
        classesOutside("io.sluice.none..", PROGRAMS)
                .should()
                .callCodeUnitWhere(calls(System.class, "exit")
                        .or(calls(Runtime.class, "exit|halt"))
                        .as("end the process"))
                .check(SLUICE);
    }

    @Test
    void publicFieldsAreConstants() {
        fields().that().arePublic().should().beFinal().check(SLUICE);
    }

    @Test
    void classesWithoutSubclassesAreFinal() {
        DescribedPredicate<JavaClass> openWithoutReason = DescribedPredicate.describe(
                "plain classes that nothing extends",
                candidate -> !candidate.isInterface()
                        && !candidate.isEnum()
                        && !candidate.isAnonymousClass()
                        && !candidate.isAnnotation()
                        && !candidate.getModifiers().contains(JavaModifier.ABSTRACT)
                        && !candidate
                                .getEnclosingClass()
                                .filter(JavaClass::isEnum)
                                .isPresent()
                        && candidate.getSubclasses().isEmpty());

        classes()
                .that(openWithoutReason)
                .should()
                .haveModifier(JavaModifier.FINAL)
                .check(SLUICE);
    }

    @Test
    void theRulesLookAtRealClasses() {
        assertThat(SLUICE.stream().map(JavaClass::getPackageName))
                .contains("io.sluice.common", "io.sluice.log", "io.sluice.replication", "io.sluice.server.settings");
        assertThat(SLUICE.stream().map(JavaClass::getSimpleName)).doesNotContain("ArchitectureTest");
    }

    private static DescribedPredicate<JavaClass> belowAre(List<String> modules) {
        return resideInAnyPackage(
                modules.stream().map(module -> "io.sluice." + module + "..").toArray(String[]::new));
    }

    private static com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction classesOutside(
            String packages, String... more) {
        return noClasses()
                .that(DescribedPredicate.not(resideInAPackage(packages)
                        .or(resideInAnyPackage(more))
                        .or(belongToAnyOf(SystemClock.class))
                        .as("%s, programs and the system clock", packages)));
    }

    private static DescribedPredicate<JavaCall<?>> calls(Class<?> type, String methods) {
        return target(owner(DescribedPredicate.<JavaClass>describe(
                        type.getSimpleName(), owner -> owner.isEquivalentTo(type))))
                .and(target(nameMatching(methods)));
    }
}
