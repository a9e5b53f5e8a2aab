package io.sluice.it.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Every rule finds its breach, and lets what is right alone. */
final class SourceRulesTest {
    private static final String MAIN = "log/src/main/java/A.java";

    @Test
    void aTidyFileHasNoProblems() {
        assertThat(problems("/** A thing. */\npublic final class A {\n  int two() {\n    return 2;\n  }\n}\n"))
                .isEmpty();
    }

    @Test
    void aLongFileIsFound() {
        assertThat(problems("\n".repeat(801) + "final class A {}\n"))
                .containsExactly(MAIN + ":1 has 802 lines, at most 800");
    }

    @Test
    void aLongMethodIsFoundAtItsLine() {
        String body = "    int x;\n".repeat(59);

        assertThat(problems("class A {\n  void f() {\n" + body + "  }\n}\n"))
                .containsExactly(MAIN + ":2 f() has 61 lines, at most 60");
        assertThat(problems("class A {\n  void f() {\n" + body.substring(11) + "  }\n}\n"))
                .isEmpty();
    }

    @Test
    void deepNestingIsFoundAndElseIfIsNotDeeper() {
        assertThat(problems(
                        "class A { void f() { for (;;) { if (a) { while (b) {\ntry { c(); } catch (D d) {} } } } } }"))
                .containsExactly(MAIN + ":2 is nested 4 deep, at most 3");
        assertThat(
                        problems(
                                "class A { void f() { for (;;) { if (a) {} else if (b) {} else if (c) { try (d) { while (e) {} } } } } }"))
                .isEmpty();
    }

    @Test
    void aMethodOfAnInnerClassBeginsAnew() {
        assertThat(problems("class A { void f() { for (;;) { if (a) { new B() { void g() { for (;;) {} } }; } } } }"))
                .isEmpty();
    }

    @Test
    void suppressedWarningsAreFound() {
        assertThat(problems("@Suppress" + "Warnings(\"all\") class A {}"))
                .containsExactly(MAIN + ":1 suppresses warnings");
    }

    @Test
    void workLeftForLaterIsFound() {
        assertThat(problems("\nclass A {} // TO" + "DO more")).containsExactly(MAIN + ":2 says TO" + "DO");
    }

    @Test
    void aPublicTypeWithoutJavadocIsFoundInMainOnly() {
        String text = "/** Doc. */ public interface A { class B {} }";

        assertThat(problems(text)).containsExactly(MAIN + ":1 public type B has no Javadoc");
        assertThat(SourceRules.problemsOf(JavaSource.parse("log/src/test/java/A.java", text)))
                .isEmpty();
        assertThat(problems("/** Doc. */ public class A { /* x */ private class B {} }"))
                .isEmpty();
    }

    @Test
    void namesThatSayNothingAreFound() {
        assertThat(problems("class ThingManager {}"))
                .containsExactly(MAIN + ":1 ThingManager ends in a word that says nothing");
        assertThat(problems("class Managers {}")).isEmpty();
    }

    @Test
    void aPackageWithoutNullMarkedIsFound() {
        assertThat(SourceRules.problemsOf(JavaSource.parse("x/src/main/java/package-info.java", "package x;\n")))
                .containsExactly("x/src/main/java/package-info.java:1 is not @NullMarked");
    }

    private static List<String> problems(String text) {
        return SourceRules.problemsOf(JavaSource.parse(MAIN, text));
    }
}
