package io.sluice.broker.dynamic;

import io.sluice.broker.api.ConfigService.Kind;
import io.sluice.broker.api.ConfigService.Resource;
import io.sluice.broker.api.Result;
import io.sluice.broker.config.ConfigEdit;
import io.sluice.broker.config.ConfigTable;
import io.sluice.broker.config.ConfigValues;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.forward.CommandKinds;
import io.sluice.broker.forward.ConfigEditCodec;
import io.sluice.broker.forward.ForwardedCommand;
import io.sluice.broker.forward.ForwardedResult;
import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.Decision;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** Changes what is set at a broker or a group. */
final class AlterConfigs implements ForwardedCommand<ConfigsState> {
    /** Groups need not exist to have configurations, so nothing else bounds them. */
    static final int RESOURCES_MAX = 100_000;

    private static final int BROKER = 1;
    private static final int GROUP = 2;

    private final Wanted wanted;
    private final Rules rules;
    private final Consumer<Result<Resource>> answer;

    /** What somebody wants of a resource. */
    record Wanted(Resource resource, ConfigEdit edit, boolean validateOnly) {}

    /** Which names there are, and what says whether the outcome is allowed. */
    record Rules(ConfigTable names, Function<Map<String, String>, Result<ConfigValues>> check) {}

    /** The answer comes on the apply thread, or on the submitter's if the command is refused. */
    AlterConfigs(Wanted wanted, Rules rules, Consumer<Result<Resource>> answer) {
        this.wanted = wanted;
        this.rules = rules;
        this.answer = answer;
    }

    @Override
    public void decide(ConfigsState state, Decision decision, long nowMs) {
        Result<Resource> result = decide(state, decision);
        decision.afterCommit(() -> answer.accept(result), error -> answer.accept(Result.failed(error)));
    }

    private Result<Resource> decide(ConfigsState state, Decision decision) {
        Map<String, String> before = state.of(wanted.resource());
        Result<Map<String, String>> edited = wanted.edit().apply(before, rules.names());
        if (!edited.isOk()) {
            return Result.failed(edited.error(), edited.message());
        }
        Result<ConfigValues> checked = rules.check().apply(edited.get());
        if (!checked.isOk()) {
            return Result.failed(checked.error(), checked.message());
        }
        boolean isOneMore = before.isEmpty() && wanted.resource().kind() == Kind.GROUP;
        if (isOneMore && state.resourceCount() >= RESOURCES_MAX) {
            return Result.failed(
                    ErrorCode.POLICY_VIOLATION,
                    RESOURCES_MAX + " groups have configurations of their own, which is the most");
        }
        if (!wanted.validateOnly() && !before.equals(checked.get().explicit())) {
            state.emit(decision, wanted.resource(), checked.get().explicit());
        }
        return Result.of(wanted.resource());
    }

    @Override
    public int kind() {
        return CommandKinds.ALTER_CONFIGS;
    }

    @Override
    public void write(ByteWriter out) {
        out.putByte(wanted.resource().kind() == Kind.BROKER ? BROKER : GROUP)
                .putText(wanted.resource().name())
                .putByte(wanted.validateOnly() ? 1 : 0);
        ConfigEditCodec.write(out, wanted.edit());
    }

    /** What another node wrote. */
    static Wanted read(ByteReader in) {
        Kind kind = in.getByte() == BROKER ? Kind.BROKER : Kind.GROUP;
        String name = in.getText();
        boolean validateOnly = in.getByte() == 1;
        return new Wanted(new Resource(kind, name), ConfigEditCodec.read(in), validateOnly);
    }

    @Override
    public void answered(ConfigsState state, ByteReader in) {
        answer.accept(ForwardedResult.read(in, content -> wanted.resource()));
    }

    @Override
    public void refused(ErrorCode reason) {
        answer.accept(Result.failed(reason));
    }
}
