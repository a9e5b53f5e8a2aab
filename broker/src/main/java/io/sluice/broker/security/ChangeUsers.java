package io.sluice.broker.security;

import io.sluice.broker.api.Result;
import io.sluice.broker.api.ScramMechanism;
import io.sluice.broker.api.UserService.RemoveCredential;
import io.sluice.broker.api.UserService.SetCredential;
import io.sluice.broker.api.UserService.UserChange;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.forward.CommandKinds;
import io.sluice.broker.forward.ForwardedCommand;
import io.sluice.broker.forward.ForwardedResult;
import io.sluice.broker.security.SecurityEvent.CredentialRemoved;
import io.sluice.broker.security.SecurityEvent.CredentialSet;
import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Changes credentials, each by itself. What a password would be guessed from more easily does not travel. */
record ChangeUsers(List<Change> changes, boolean isOnlyIfMissing, Consumer<Result<List<ErrorCode>>> answer)
        implements ForwardedCommand<SecurityState> {
    private static final int USERS_MAX = 100_000;
    private static final int NAME_CHARACTERS_MAX = 1_000;
    private static final int SALT_BYTES_MAX = 1_000;
    private static final int REMOVE = 0;
    private static final int SET = 1;
    private static final int UNACCEPTABLE = 2;

    /** One user's credential of one mechanism. */
    sealed interface Change {
        /** Is gone. */
        record Remove(String user, ScramMechanism mechanism) implements Change {}

        /** Is this one; empty if what was wanted cannot be accepted. */
        record Put(String user, ScramMechanism mechanism, Optional<ScramCredential> credential) implements Change {}
    }

    /** Of what somebody wants. */
    static ChangeUsers of(List<UserChange> changes, boolean isOnlyIfMissing, Consumer<Result<List<ErrorCode>>> answer) {
        return new ChangeUsers(changes.stream().map(ChangeUsers::prepared).toList(), isOnlyIfMissing, answer);
    }

    private static Change prepared(UserChange change) {
        return switch (change) {
            case SetCredential set ->
                new Change.Put(
                        set.user(),
                        set.mechanism(),
                        isAcceptable(set)
                                ? Optional.of(ScramCredential.of(
                                        set.mechanism(), set.iterations(), set.salt(), set.saltedPassword()))
                                : Optional.empty());
            case RemoveCredential removed -> new Change.Remove(removed.user(), removed.mechanism());
        };
    }

    private static boolean isAcceptable(SetCredential set) {
        return !set.user().isEmpty()
                && set.user().length() <= NAME_CHARACTERS_MAX
                && set.salt().length > 0
                && set.salt().length <= SALT_BYTES_MAX
                && set.iterations() >= ScramMechanism.ITERATIONS_MIN
                && set.iterations() <= ScramMechanism.ITERATIONS_MAX
                && set.saltedPassword().length == set.mechanism().hashBytes();
    }

    @Override
    public void decide(SecurityState state, Decision decision, long nowMs) {
        List<ErrorCode> errors = new ArrayList<>();
        for (Change change : changes) {
            errors.add(
                    switch (change) {
                        case Change.Put put -> put(state, decision, put);
                        case Change.Remove removed -> remove(state, decision, removed);
                    });
        }
        decision.afterCommit(() -> answer.accept(Result.of(errors)), error -> answer.accept(Result.failed(error)));
    }

    private ErrorCode put(SecurityState state, Decision decision, Change.Put put) {
        boolean isKnown = state.credential(put.user(), put.mechanism()).isPresent();
        if (isKnown && isOnlyIfMissing) {
            return ErrorCode.NONE;
        }
        if (put.credential().isEmpty()) {
            return ErrorCode.UNACCEPTABLE_CREDENTIAL;
        }
        if (!isKnown && state.userCount() >= USERS_MAX) {
            return ErrorCode.POLICY_VIOLATION;
        }
        state.emit(
                decision,
                new CredentialSet(put.user(), put.mechanism(), put.credential().get()));
        return ErrorCode.NONE;
    }

    private static ErrorCode remove(SecurityState state, Decision decision, Change.Remove removed) {
        if (state.credential(removed.user(), removed.mechanism()).isEmpty()) {
            return ErrorCode.RESOURCE_NOT_FOUND;
        }
        state.emit(decision, new CredentialRemoved(removed.user(), removed.mechanism()));
        return ErrorCode.NONE;
    }

    @Override
    public int kind() {
        return CommandKinds.CHANGE_USERS;
    }

    @Override
    public void write(ByteWriter out) {
        out.putByte(isOnlyIfMissing ? 1 : 0);
        ForwardedResult.writeAll(out, changes, ChangeUsers::writeChange);
    }

    private static void writeChange(ByteWriter out, Change change) {
        switch (change) {
            case Change.Remove removed ->
                out.putByte(REMOVE)
                        .putText(removed.user())
                        .putByte(removed.mechanism().code());
            case Change.Put put -> {
                Optional<ScramCredential> credential = put.credential();
                if (credential.isPresent()) {
                    SecurityCodec.putCredential(out.putByte(SET), put.user(), put.mechanism(), credential.get());
                } else {
                    out.putByte(UNACCEPTABLE)
                            .putText(put.user())
                            .putByte(put.mechanism().code());
                }
            }
        }
    }

    /** As another node wrote it. */
    static ChangeUsers read(ByteReader in, Consumer<Result<List<ErrorCode>>> answer) {
        boolean isOnlyIfMissing = in.getByte() == 1;
        return new ChangeUsers(ForwardedResult.readAll(in, ChangeUsers::readChange), isOnlyIfMissing, answer);
    }

    private static Change readChange(ByteReader in) {
        int type = in.getByte();
        if (type == SET) {
            String user = in.getShortText();
            ScramMechanism mechanism = SecurityCodec.getMechanism(in);
            return new Change.Put(user, mechanism, Optional.of(SecurityCodec.getCredential(in)));
        }
        String user = in.getText();
        ScramMechanism mechanism = SecurityCodec.getMechanism(in);
        return type == REMOVE ? new Change.Remove(user, mechanism) : new Change.Put(user, mechanism, Optional.empty());
    }

    static void writeErrors(ByteWriter out, List<ErrorCode> errors) {
        ForwardedResult.writeAll(out, errors, (each, error) -> each.putInt(error.kafkaCode()));
    }

    private static List<ErrorCode> readErrors(ByteReader in) {
        return ForwardedResult.readAll(in, each -> ForwardedResult.error(each.getInt()));
    }

    @Override
    public void answered(SecurityState state, ByteReader in) {
        answer.accept(ForwardedResult.read(in, ChangeUsers::readErrors));
    }

    @Override
    public void refused(ErrorCode reason) {
        answer.accept(Result.failed(reason));
    }
}
