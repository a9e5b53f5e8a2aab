package io.sluice.broker.forward;

import static io.sluice.common.Check.check;

import io.sluice.broker.api.ConfigService.Action;
import io.sluice.broker.api.ConfigService.Change;
import io.sluice.broker.config.ConfigEdit;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Edits of configurations on their way between nodes: 0 and all that shall be, or 1 and changes 4 × (name text | action 1: 0
 * set, 1 delete, 2 append, 3 subtract | value text).
 */
public final class ConfigEditCodec {
    private static final int REPLACEMENT = 0;
    private static final int CHANGES = 1;
    private static final List<Action> ACTIONS = List.of(Action.SET, Action.DELETE, Action.APPEND, Action.SUBTRACT);
    private static final int CHANGE_BYTES_LEAST = 9;

    private ConfigEditCodec() {}

    /** Writes it. */
    public static void write(ByteWriter out, ConfigEdit edit) {
        switch (edit) {
            case ConfigEdit.Replacement replacement -> out.putByte(REPLACEMENT).putTexts(replacement.wanted());
            case ConfigEdit.Changes changes -> {
                out.putByte(CHANGES).putInt(changes.wanted().size());
                for (Change change : changes.wanted()) {
                    out.putText(change.name())
                            .putByte(ACTIONS.indexOf(change.action()))
                            .putText(change.value());
                }
            }
        }
    }

    /** Reads it. */
    public static ConfigEdit read(ByteReader in) {
        int type = in.getByte();
        check(type == REPLACEMENT || type == CHANGES, "an edit of unknown type %s", type);
        if (type == REPLACEMENT) {
            return new ConfigEdit.Replacement(in.getTexts());
        }
        List<Change> changes = new ArrayList<>();
        for (int left = in.getCount(CHANGE_BYTES_LEAST); left > 0; left--) {
            String name = in.getText();
            int action = in.getByte();
            check(action >= 0 && action < ACTIONS.size(), "a change of unknown action %s", action);
            changes.add(new Change(name, ACTIONS.get(action), in.getText()));
        }
        return new ConfigEdit.Changes(changes);
    }
}
