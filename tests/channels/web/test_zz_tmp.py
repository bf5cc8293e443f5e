import cProfile, pstats, time
from tests.channels.web.test_desk import rooms, officer, investigated
def test_prof(rooms, officer):
    number = investigated(rooms, officer)
    for n in range(50): rooms.complain(f"q {n}")
    officer.see(f"/cases/{number}"); officer.see()
    for path in (f"/cases/{number}", ""):
        t=time.process_time()
        for _ in range(5): p=officer.see(path)
        print(path, (time.process_time()-t)/5*1000,"ms cpu", len(p))
        open("/tmp/page%s.html"%("case" if path else "list"),"w").write(p)
    pr=cProfile.Profile(); pr.enable(); officer.see(f"/cases/{number}"); pr.disable()
    pstats.Stats(pr).sort_stats("cumtime").print_stats(45)
