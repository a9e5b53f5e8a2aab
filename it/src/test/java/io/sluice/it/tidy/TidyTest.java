package io.sluice.it.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The whole checkout keeps to its own rules. */
final class TidyTest {
    private static final Repository REPOSITORY = Repository.find();

    /** {@code [text](target)} and {@code ![text](target)} of Markdown, without titles. */
    private static final Pattern LINK = Pattern.compile("\\[[^\\]\\n]*]\\(([^)\\s]+)\\)");

    /** Folders of one machine and hosts that serve packages; split so that this file does not name them. */
    private static final Pattern ONE_MACHINE = Pattern.compile("(?<![\\w.$}*-])/(wo" + "rk|ro" + "ot|ho" + "me)/\\w|"
            + "repo1?\\.mav" + "en\\.|registry\\.np" + "mjs|deb\\.deb" + "ian|pypi\\.o" + "rg|proxy\\.gol" + "ang");

    private static final String[] TEXTS = {
        ".java",
        ".md",
        ".xml",
        ".sh",
        ".yaml",
        ".yml",
        ".json",
        ".properties",
        ".service",
        "Containerfile",
        "bin/sluice",
        "bin/test",
        "bin/dist",
        "dist/sluice",
        "bench/run",
        ".ci/run"
    };

    @Test
    void everySourceFileIsTidy() {
        List<Path> sources = REPOSITORY.files(".java");

        assertThat(sources).hasSizeGreaterThan(50);
        assertThat(sources.stream()
                        .map(file -> JavaSource.parse(REPOSITORY.name(file), Repository.read(file)))
                        .flatMap(source -> SourceRules.problemsOf(source).stream()))
                .isEmpty();
    }

    @Test
    void everyPackageSaysWhatItIsFor() {
        assertThat(REPOSITORY.files(".java").stream()
                        .filter(file -> file.toString().contains("/src/main/"))
                        .map(Path::getParent)
                        .distinct()
                        .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
                        .map(REPOSITORY::name))
                .isEmpty();
    }

    @Test
    void everyLinkInADocumentLeadsSomewhere() {
        assertThat(REPOSITORY.files(".md").stream().flatMap(TidyTest::deadLinks))
                .isEmpty();
    }

    @Test
    void nothingNamesOneMachineOrAPackageHost() {
        assertThat(REPOSITORY.files(TEXTS).stream()
                        .flatMap(file -> ONE_MACHINE
                                .matcher(Repository.read(file))
                                .results()
                                .map(found -> REPOSITORY.name(file) + ": " + found.group())))
                .isEmpty();
    }

    @Test
    void deadLinksAreFound() {
        assertThat(targets("See [a](docs/a.md), ![b](b.png#x) and [c](https://example.org/c)."))
                .containsExactly("docs/a.md", "b.png");
        assertThat(ONE_MACHINE.matcher("in /wo" + "rk/x").find()).isTrue();
        assertThat(ONE_MACHINE.matcher("netwo" + "rk/x and $HO" + "ME/.jdks").find())
                .isFalse();
    }

    private static Stream<String> deadLinks(Path document) {
        return targets(Repository.read(document)).stream()
                .filter(target -> !Files.exists(document.resolveSibling(target)))
                .map(target -> REPOSITORY.name(document) + " links to " + target);
    }

    /** Files that a document links to; addresses elsewhere and places in the same document are left out. */
    private static List<String> targets(String markdown) {
        return LINK.matcher(markdown)
                .results()
                .map((MatchResult link) -> link.group(1).replaceFirst("#.*", ""))
                .filter(target -> !target.isEmpty() && !target.contains("://") && !target.startsWith("mailto:"))
                .toList();
    }
}
