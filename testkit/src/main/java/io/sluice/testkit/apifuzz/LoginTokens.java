package io.sluice.testkit.apifuzz;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Tokens of logins, none of which may let anybody in (RFC 4616, RFC 5802, RFC 7628). */
final class LoginTokens {
    private static final String[] TEXTS = {
        "",
        "\0",
        "\0\0",
        "\0admin\0",
        "\0admin\0wrong",
        "\0user-a\0wrong",
        "n,,n=user-a,r=abcdefgh",
        "alice\0admin\0wrong",
        "\0\0\0\0\0",
        "\0" + "u".repeat(70_000) + "\0" + "p",
        "n,,n=admin,r=abcdefgh",
        "n,,n=nobody,r=abcdefgh",
        "n,,n=,r=",
        "y,,n=admin,r=\u65e5",
        "p=tls-unique,,n=admin,r=x",
        "n,a=alice,n=admin,r=abcdefgh",
        "n,,m=x,n=admin,r=abcdefgh",
        "n,,n=ad=2Cmin,r=a",
        "n,,n=ad=min,r=a",
        "c=biws,r=abcdefgh,p=AAAA",
        "c=biws,r=,p=",
        "c=biws,r=abcdefgh,p=%%%",
        "n,,\1auth=Bearer x.y.z\1\1",
        "n,,\1auth=Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.\1\1",
        "n,,\1\1"
    };

    private LoginTokens() {}

    static byte[] any(SplittableRandom random) {
        if (random.nextInt(4) == 0) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            return bytes;
        }
        return TEXTS[random.nextInt(TEXTS.length)].getBytes(StandardCharsets.UTF_8);
    }
}
