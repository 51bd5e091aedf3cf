from tests.jobs.following import *
def test_x(ana, project, vendors):
    from tests.jobs import following as f
    w = f.film(ana, project, 3)
    t=time.monotonic(); j = made(ana, w); print(time.monotonic()-t, j)
    t=time.monotonic(); j = made(ana, w, "scenario"); print(time.monotonic()-t, j)
    assert 0
