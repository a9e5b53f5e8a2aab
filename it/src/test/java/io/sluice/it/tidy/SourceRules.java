package io.sluice.it.tidy;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.DoWhileLoopTree;
import com.sun.source.tree.EnhancedForLoopTree;
import com.sun.source.tree.ForLoopTree;
import com.sun.source.tree.IfTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.SynchronizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.tree.WhileLoopTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;
import org.jspecify.annotations.Nullable;

/** What a source file must keep to; {@link #problemsOf} names each breach with its line. */
final class SourceRules extends TreePathScanner<@Nullable Void, @Nullable Void> {
    static final int MAX_FILE_LINES = 800;
    static final int MAX_METHOD_LINES = 60;
    static final int MAX_NESTING = 3;

    private static final Pattern EMPTY_NAME = Pattern.compile(".*(Manager|Helper|Utils?|Impl|Base|Data)");

    /** A comment that asks for work later; the words are split so that this file does not ask for it. */
    private static final Pattern LATER = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X|HA" + "CK)\\b");

    private final JavaSource source;
    private final List<String> problems = new ArrayList<>();
    private int nesting;

    private SourceRules(JavaSource source) {
        this.source = source;
    }

    /** One line for each breach; empty when the file is tidy. */
    static List<String> problemsOf(JavaSource source) {
        SourceRules rules = new SourceRules(source);
        rules.checkWholeFile();
        rules.scan(source.unit(), null);
        return rules.problems;
    }

    private void checkWholeFile() {
        if (source.lineCount() > MAX_FILE_LINES) {
            problem(1, "has " + source.lineCount() + " lines, at most " + MAX_FILE_LINES);
        }
        Matcher later = LATER.matcher(source.text());
        while (later.find()) {
            problem(source.unit().getLineMap().getLineNumber(later.start()), "says " + later.group());
        }
        if (source.isPackageInfo() && !source.text().contains("@NullMarked")) {
            problem(1, "is not @NullMarked");
        }
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, @Nullable Void nothing) {
        String name = type.getSimpleName().toString();
        if (EMPTY_NAME.matcher(name).matches()) {
            problem(source.lineOf(type), name + " ends in a word that says nothing");
        }
        if (source.isMain() && isPublic(getCurrentPath()) && source.docOf(getCurrentPath()) == null) {
            problem(source.lineOf(type), "public type " + name + " has no Javadoc");
        }
        int outer = nesting;
        nesting = 0;
        super.visitClass(type, nothing);
        nesting = outer;
        return null;
    }

    private static boolean isPublic(TreePath path) {
        for (TreePath at = path; at != null; at = at.getParentPath()) {
            if (at.getLeaf() instanceof ClassTree type && !isPublic(type, at.getParentPath())) {
                return false;
            }
            if (at.getLeaf() instanceof MethodTree) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPublic(ClassTree type, @Nullable TreePath outside) {
        boolean isInInterface = outside != null && outside.getLeaf().getKind() == Tree.Kind.INTERFACE;
        return isInInterface || type.getModifiers().getFlags().contains(Modifier.PUBLIC);
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable Void nothing) {
        long lines = source.linesOf(method);
        if (lines > MAX_METHOD_LINES) {
            problem(
                    source.lineOf(method),
                    method.getName() + "() has " + lines + " lines, at most " + MAX_METHOD_LINES);
        }
        int outer = nesting;
        nesting = 0;
        super.visitMethod(method, nothing);
        nesting = outer;
        return null;
    }

    @Override
    public @Nullable Void visitAnnotation(AnnotationTree annotation, @Nullable Void nothing) {
        if (annotation.getAnnotationType().toString().endsWith("SuppressWarnings")) {
            problem(source.lineOf(annotation), "suppresses warnings");
        }
        return super.visitAnnotation(annotation, nothing);
    }

    @Override
    public @Nullable Void visitIf(IfTree tree, @Nullable Void nothing) {
        // An `else if` goes on at the level of its `if`.
        boolean isElseIf =
                getCurrentPath().getParentPath().getLeaf() instanceof IfTree outer && outer.getElseStatement() == tree;
        return nested(tree, isElseIf ? 0 : 1, () -> super.visitIf(tree, nothing));
    }

    @Override
    public @Nullable Void visitForLoop(ForLoopTree tree, @Nullable Void nothing) {
        return nested(tree, 1, () -> super.visitForLoop(tree, nothing));
    }

    @Override
    public @Nullable Void visitEnhancedForLoop(EnhancedForLoopTree tree, @Nullable Void nothing) {
        return nested(tree, 1, () -> super.visitEnhancedForLoop(tree, nothing));
    }

    @Override
    public @Nullable Void visitWhileLoop(WhileLoopTree tree, @Nullable Void nothing) {
        return nested(tree, 1, () -> super.visitWhileLoop(tree, nothing));
    }

    @Override
    public @Nullable Void visitDoWhileLoop(DoWhileLoopTree tree, @Nullable Void nothing) {
        return nested(tree, 1, () -> super.visitDoWhileLoop(tree, nothing));
    }

    @Override
    public @Nullable Void visitTry(TryTree tree, @Nullable Void nothing) {
        // Without a catch it is the scope of a resource or a lock, not a branch.
        return nested(tree, tree.getCatches().isEmpty() ? 0 : 1, () -> super.visitTry(tree, nothing));
    }

    @Override
    public @Nullable Void visitSynchronized(SynchronizedTree tree, @Nullable Void nothing) {
        return nested(tree, 1, () -> super.visitSynchronized(tree, nothing));
    }

    @Override
    public @Nullable Void visitSwitch(SwitchTree tree, @Nullable Void nothing) {
        return nested(tree, 1, () -> super.visitSwitch(tree, nothing));
    }

    @Override
    public @Nullable Void visitSwitchExpression(SwitchExpressionTree tree, @Nullable Void nothing) {
        return nested(tree, 1, () -> super.visitSwitchExpression(tree, nothing));
    }

    private @Nullable Void nested(Tree tree, int levels, Runnable inside) {
        nesting += levels;
        if (nesting > MAX_NESTING && levels > 0) {
            problem(source.lineOf(tree), "is nested " + nesting + " deep, at most " + MAX_NESTING);
        }
        inside.run();
        nesting -= levels;
        return null;
    }

    private void problem(long line, String what) {
        problems.add(source.name() + ":" + line + " " + what);
    }
}
