from tests.jobs.test_events import *
def test_zz(ana, work, watch, vendors):
    t=time.monotonic()
    job = start(ana, work); print("start", time.monotonic()-t)
    w = watch(job); print("watch", time.monotonic()-t)
    while e := w.event(): print(time.monotonic()-t, json.loads(e["data"])["state"], json.loads(e["data"])["progress"])
    print("end", time.monotonic()-t)
    w = watch(job); print("watch", time.monotonic()-t)
    while e := w.event(): print(time.monotonic()-t, json.loads(e["data"])["state"], json.loads(e["data"])["progress"])
    print("end", time.monotonic()-t)
    assert 0
