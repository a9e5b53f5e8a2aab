package io.sluice.broker.security;

import io.sluice.broker.api.Result;
import io.sluice.broker.api.ScramMechanism;
import io.sluice.broker.api.UserService.RemoveCredential;
import io.sluice.broker.api.UserService.SetCredential;
import io.sluice.broker.api.UserService.UserChange;
import io.sluice.broker.security.SecurityEvent.CredentialRemoved;
import io.sluice.broker.security.SecurityEvent.CredentialSet;
import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Changes credentials, each by itself. */
record ChangeUsers(List<UserChange> changes, boolean isOnlyIfMissing, Consumer<Result<List<ErrorCode>>> answer)
        implements Command<SecurityState> {
    private static final int USERS_MAX = 100_000;
    private static final int NAME_CHARACTERS_MAX = 1_000;
    private static final int SALT_BYTES_MAX = 1_000;

    @Override
    public void decide(SecurityState state, Decision decision, long nowMs) {
        List<ErrorCode> errors = new ArrayList<>();
        for (UserChange change : changes) {
            errors.add(
                    switch (change) {
                        case SetCredential set -> set(state, decision, set);
                        case RemoveCredential removed -> remove(state, decision, removed);
                    });
        }
        decision.afterCommit(() -> answer.accept(Result.of(errors)), error -> answer.accept(Result.failed(error)));
    }

    private ErrorCode set(SecurityState state, Decision decision, SetCredential set) {
        boolean isKnown = state.credential(set.user(), set.mechanism()).isPresent();
        if (isKnown && isOnlyIfMissing) {
            return ErrorCode.NONE;
        }
        if (!isAcceptable(set)) {
            return ErrorCode.UNACCEPTABLE_CREDENTIAL;
        }
        if (!isKnown && state.userCount() >= USERS_MAX) {
            return ErrorCode.POLICY_VIOLATION;
        }
        ScramCredential credential =
                ScramCredential.of(set.mechanism(), set.iterations(), set.salt(), set.saltedPassword());
        state.emit(decision, new CredentialSet(set.user(), set.mechanism(), credential));
        return ErrorCode.NONE;
    }

    private static boolean isAcceptable(SetCredential set) {
        return !set.user().isEmpty()
                && set.user().length() <= NAME_CHARACTERS_MAX
                && set.salt().length > 0
                && set.salt().length <= SALT_BYTES_MAX
                && set.iterations() >= ScramMechanism.ITERATIONS_MIN
                && set.iterations() <= ScramMechanism.ITERATIONS_MAX
                && set.saltedPassword().length == ScramCredential.hashBytes(set.mechanism());
    }

    private static ErrorCode remove(SecurityState state, Decision decision, RemoveCredential removed) {
        if (state.credential(removed.user(), removed.mechanism()).isEmpty()) {
            return ErrorCode.RESOURCE_NOT_FOUND;
        }
        state.emit(decision, new CredentialRemoved(removed.user(), removed.mechanism()));
        return ErrorCode.NONE;
    }

    @Override
    public void refused(ErrorCode reason) {
        answer.accept(Result.failed(reason));
    }
}
