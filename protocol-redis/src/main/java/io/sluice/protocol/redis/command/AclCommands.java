package io.sluice.protocol.redis.command;

import io.sluice.broker.api.Broker;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.ScramMechanism;
import io.sluice.broker.api.UserService;
import io.sluice.broker.api.UserService.RemoveCredential;
import io.sluice.broker.api.UserService.SetCredential;
import io.sluice.broker.api.UserService.User;
import io.sluice.broker.api.UserService.UserChange;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.redis.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The users of the broker by Redis' commands. What a user may do is said by the broker's access rules on topics; of Redis' own
 * rules only those are taken that forbid nothing.
 */
final class AclCommands {
    private static final Set<String> FORBID_NOTHING = Set.of(
            "on",
            "~*",
            "allkeys",
            "&*",
            "allchannels",
            "+@all",
            "allcommands",
            "resetchannels",
            "sanitize-payload",
            "skip-sanitize-payload",
            "clearselectors");
    private static final List<String> HELP = List.of(
            "ACL <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
            "DELUSER <username> [<username> ...]",
            "    Delete a list of users.",
            "GENPASS [<bits>]",
            "    Generate a secure random password.",
            "GETUSER <username>",
            "    Get the user's details.",
            "LIST",
            "    Show users details in config file format.",
            "SETUSER <username> on ><password>",
            "    Create a user or give it another password.",
            "USERS",
            "    List all the registered usernames.",
            "WHOAMI",
            "    Return the current connection username.",
            "HELP",
            "    Print this help.");
    private static final int BITS = 256;
    private static final int BITS_MAX = 4_096;
    private static final int BITS_PER_DIGIT = 4;

    private final ServerState server;

    AclCommands(ServerState server) {
        this.server = server;
    }

    List<CommandSpec> all() {
        return List.of(
                CommandSpec.of(
                        "acl|whoami", 2, "noscript", (r, session) -> new Plan.Now(out -> out.bulk(session.user()))),
                CommandSpec.of("acl|users", 2, "admin noscript", this::users),
                CommandSpec.of("acl|list", 2, "admin noscript", this::list),
                CommandSpec.of("acl|getuser", 3, "admin noscript", this::user),
                CommandSpec.of("acl|setuser", -3, "admin noscript", this::setUser),
                CommandSpec.of("acl|deluser", -3, "admin noscript", this::removeUsers),
                CommandSpec.of("acl|genpass", -2, "noscript", this::password),
                CommandSpec.of("acl|log", -2, "admin noscript", this::log),
                CommandSpec.of("acl|help", 2, "loading stale", (r, s) -> new Plan.Now(out -> out.simples(HELP))));
    }

    private static Map<String, User> known(UserService users) {
        Result<Map<String, User>> all = users.all();
        if (!all.isOk()) {
            throw Errors.noPermission("acl");
        }
        return new TreeMap<>(all.get());
    }

    private Plan users(Request request, Session session) {
        UserService users = session.broker().users();
        return Plan.Read.slow(out -> {
            Set<String> names = known(users).keySet();
            out.array(names.size());
            names.forEach(out::bulk);
        });
    }

    private Plan list(Request request, Session session) {
        Broker broker = session.broker();
        String rules = rules(broker);
        return Plan.Read.slow(out -> {
            Set<String> names = known(broker.users()).keySet();
            out.array(names.size());
            names.forEach(name -> out.bulk("user " + name + " on" + rules));
        });
    }

    /** Where access rules are in force, Redis has no words for them. */
    private static String rules(Broker broker) {
        return broker.access().isOn() ? "" : " ~* &* +@all";
    }

    private Plan user(Request request, Session session) {
        Broker broker = session.broker();
        boolean isFree = !broker.access().isOn();
        return Plan.Read.slow(out -> {
            if (!known(broker.users()).containsKey(request.text(2))) {
                out.nil();
                return;
            }
            out.map(6);
            out.bulk("flags");
            out.set(1);
            out.bulk("on");
            out.bulk("passwords");
            out.array(0);
            out.bulk("commands");
            out.bulk(isFree ? "+@all" : "");
            out.bulk("keys");
            out.bulk(isFree ? "~*" : "");
            out.bulk("channels");
            out.bulk(isFree ? "&*" : "");
            out.bulk("selectors");
            out.array(0);
        });
    }

    private Plan setUser(Request request, Session session) {
        String password = "";
        for (int i = 3; i < request.count(); i++) {
            String rule = request.text(i);
            if (rule.startsWith(">")) {
                password = rule.substring(1);
            } else if (!FORBID_NOTHING.contains(request.lower(i))) {
                throw new RedisException(
                        "ERR Error in ACL SETUSER modifier '" + rule
                                + "': only on and >password are known here; what users may do is said by the broker's access rules");
            }
        }
        if (password.isEmpty()) {
            throw new RedisException(
                    "ERR Error in ACL SETUSER: a user of the broker has a password, give it as >password");
        }
        String given = password;
        UserService users = session.broker().users();
        return Plan.Read.slow(out -> {
            change(users, SetCredential.ofPassword(request.text(2), given, server.random()));
            out.ok();
        });
    }

    /** Throws {@link RedisException} unless all of it happened. Blocks. */
    static void change(UserService users, List<UserChange> changes) {
        Result<List<ErrorCode>> changed = users.change(changes).join();
        if (!changed.isOk()) {
            throw Errors.noPermission("acl|setuser");
        }
        changed.get().stream()
                .filter(error -> error != ErrorCode.NONE)
                .findFirst()
                .ifPresent(error -> {
                    throw new RedisException("ERR the user cannot be changed: " + error.text());
                });
    }

    private Plan removeUsers(Request request, Session session) {
        for (int i = 2; i < request.count(); i++) {
            if (request.is(i, "default")) {
                throw new RedisException("ERR The 'default' user cannot be removed");
            }
        }
        UserService users = session.broker().users();
        return Plan.Read.slow(out -> {
            Map<String, User> known = known(users);
            List<UserChange> changes = new ArrayList<>();
            int count = 0;
            for (int i = 2; i < request.count(); i++) {
                User user = known.remove(request.text(i));
                if (user != null) {
                    count++;
                    for (ScramMechanism mechanism : user.iterations().keySet()) {
                        changes.add(new RemoveCredential(user.name(), mechanism));
                    }
                }
            }
            if (!changes.isEmpty()) {
                change(users, changes);
            }
            out.integer(count);
        });
    }

    private Plan password(Request request, Session session) {
        long bits = request.count() == 2 ? BITS : request.integer(2);
        if (request.count() > 3 || bits < 1 || bits > BITS_MAX) {
            throw new RedisException(
                    "ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to "
                            + BITS_MAX);
        }
        int digits = Math.toIntExact(Math.ceilDiv(bits, BITS_PER_DIGIT));
        byte[] random = new byte[(digits + 1) / 2];
        server.random().nextBytes(random);
        return new Plan.Now(out -> out.bulk(HexFormat.of().formatHex(random).substring(0, digits)));
    }

    /** Who was refused stands in the broker's audit log. */
    private Plan log(Request request, Session session) {
        boolean isReset = request.count() == 3 && request.is(2, "reset");
        return new Plan.Now(isReset ? ReplyWriter::ok : out -> out.array(0));
    }
}
