package io.sluice.it.tidy;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** One source file, parsed by the compiler itself but not attributed: shape without types. */
final class JavaSource {
    private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

    /** Shared, since making one costs more than parsing a file. */
    private static final JavaFileManager FILES =
            COMPILER.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8);

    private final String name;
    private final String text;
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final DocTrees docTrees;

    private JavaSource(String name, String text) {
        this.name = name;
        this.text = text;
        JavacTask task = (JavacTask) COMPILER.getTask(
                null, FILES, diagnostic -> {}, List.of("-proc:none"), null, List.of(new InMemoryFile(text)));
        try {
            unit = task.parse().iterator().next();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        docTrees = DocTrees.instance(task);
        positions = docTrees.getSourcePositions();
    }

    /** Parses; {@code name} is what problems are reported with. */
    static JavaSource parse(String name, String text) {
        return new JavaSource(name, text);
    }

    String name() {
        return name;
    }

    String text() {
        return text;
    }

    CompilationUnitTree unit() {
        return unit;
    }

    boolean isMain() {
        return name.contains("/src/main/");
    }

    boolean isPackageInfo() {
        return name.endsWith("package-info.java");
    }

    int lineCount() {
        return (int) text.lines().count();
    }

    /** 1-based line at which the tree begins. */
    long lineOf(Tree tree) {
        return unit.getLineMap().getLineNumber(Math.max(0, positions.getStartPosition(unit, tree)));
    }

    /** Lines from the tree's first to its last. */
    long linesOf(Tree tree) {
        return unit.getLineMap().getLineNumber(positions.getEndPosition(unit, tree)) - lineOf(tree) + 1;
    }

    /** The Javadoc comment in front of what the path leads to. */
    @Nullable
    DocCommentTree docOf(TreePath path) {
        return docTrees.getDocCommentTree(path);
    }

    private static final class InMemoryFile extends SimpleJavaFileObject {
        private final String text;

        InMemoryFile(String text) {
            super(URI.create("string:///Source.java"), JavaFileObject.Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
