"""redis-py: streams, keys, transactions, a blocked reader, TLS, groups. Arguments: port, port with TLS, its CA, "groups" or ""."""
import sys
import threading
import time

import redis

port, tls_port, ca, groups = sys.argv[1:5]


def streams(r):
    assert r.xadd("py:s", {"a": "1", "b": "é"}, id="1-1") == "1-1"
    assert "-" in r.xadd("py:s", {"a": "2"}, maxlen=1000, approximate=True)
    assert r.xlen("py:s") == 2
    assert r.xrange("py:s", count=1) == [("1-1", {"a": "1", "b": "é"})]
    assert r.xrevrange("py:s")[1][0] == "1-1"
    assert len(r.xread({"py:s": "0"}, count=10)[0][1]) == 2
    info = r.xinfo_stream("py:s")
    assert info["length"] == 2 and info["first-entry"][0] == "1-1"
    assert len(r.xinfo_stream("py:s", full=True)["entries"]) == 2
    assert r.xdel("py:s", "1-1") == 1 and r.xtrim("py:s", maxlen=0, approximate=False) == 1


def keys(r):
    r.xadd("py:k", {"a": "1"})
    assert r.type("py:k") == "stream" and r.exists("py:k") == 1
    assert r.expire("py:k", 100) and r.ttl("py:k") > 90
    assert r.persist("py:k") and r.ttl("py:k") == -1
    assert sorted(r.scan_iter("py:*", _type="stream")) == ["py:k", "py:s"]
    with r.pipeline(transaction=True) as p:
        assert p.watch("py:k")
        p.multi()
        assert p.xadd("py:k", {"a": "2"}).xlen("py:k").execute()[1] == 2
    with r.pipeline(transaction=False) as p:
        for i in range(500):
            p.xadd("py:p", {"i": i})
        assert len(p.execute()) == 500
    try:
        r.xadd("py:k", {"a": "1"}, id="1-1")
        raise AssertionError("an old id was taken")
    except redis.ResponseError as e:
        assert "equal or smaller" in str(e)
    assert r.delete("py:k", "py:p") == 2


def blocked(r):
    got = []
    reader = threading.Thread(target=lambda: got.append(r.xread({"py:late": "$"}, block=0)))
    reader.start()
    while r.info("clients")["blocked_clients"] != 1:
        time.sleep(0.002)
    r.xadd("py:late", {"a": "1"}, id="7-7")
    reader.join(20)
    assert got[0][0][1][0][0] == "7-7"


def in_groups(r):
    assert r.xgroup_create("py:g", "g", "$", mkstream=True)
    r.xadd("py:g", {"a": "1"}, id="1-1")
    r.xadd("py:g", {"a": "2"}, id="1-2")
    assert len(r.xreadgroup("g", "one", {"py:g": ">"}, count=10)[0][1]) == 2
    assert r.xpending("py:g", "g")["pending"] == 2
    assert r.xack("py:g", "g", "1-1") == 1
    assert r.xclaim("py:g", "g", "two", 0, ["1-2"])[0][0] == "1-2"
    assert r.xpending_range("py:g", "g", "-", "+", 10)[0]["consumer"] == "two"
    assert r.xautoclaim("py:g", "g", "one", 0, "0", justid=True)
    assert r.xinfo_groups("py:g")[0]["pending"] == 1
    assert len(r.xinfo_consumers("py:g", "g")) == 2
    assert r.xgroup_destroy("py:g", "g") == 1


plain = redis.Redis(port=int(port), db=4, client_name="it", decode_responses=True)
streams(plain)
keys(plain)
blocked(plain)
if groups:
    in_groups(plain)
plain.flushdb()
plain.close()
secure = redis.Redis(port=int(tls_port), ssl=True, ssl_ca_certs=ca, ssl_check_hostname=False, decode_responses=True)
secure.xadd("py:tls", {"a": "1"})
assert secure.xlen("py:tls") == 1
secure.close()
print("all well")
