package renew_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/fail/failtest"
	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/result"
)

// The journal records a command without its arguments, and standard output may be a log by
// now. The next run does not write the value there, unless they are named again.
func TestNothingIsWrittenToWhatWasNotNamedAgain(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("sh is needed")
	}
	for _, spec := range []string{"stdout", "command:"} {
		f := newFixture(t)
		writeOld(t, f)
		var out bytes.Buffer
		d := f.deps()
		d.Environ, d.Out = os.Environ(), &out
		parse := func(spec string) target.Target {
			to, err := target.Parse(spec, d)
			must(t, err)
			return to
		}
		into := func(name string) target.Target {
			if spec == "stdout" {
				return parse(spec)
			}
			return parse(`command:["sh", "-c", "cat >` + filepath.Join(f.dir, name) + `"]`)
		}
		req := f.request()
		req.Targets = append(req.Targets, into("a"), into("b"))
		killWhen(req, renew.AtStoring, 2)
		for name, again := range map[string]func() renew.Request{
			"nightly": f.nightly,
			"resumed": func() renew.Request { req := f.request(); req.Targets, req.Resume = nil, true; return req },
		} {
			next := again()
			next.Parse = func(spec string) (target.Target, error) { return target.Reopen(spec, d) }
			if _, err := run(t, next); err == nil || !strings.Contains(failtest.Text(err), "--to") || f.pending() == nil || out.Len() != 0 {
				t.Fatalf("%s, %s: error %v; %d bytes are on standard output", spec, name, err, out.Len())
			}
		}
		last := f.request()
		last.Targets, last.Resume = []target.Target{into("a"), into("b")}, true
		if res := mustRun(t, last); res.Outcome != result.Renewed {
			t.Errorf("%s: %s", spec, res.Outcome)
		}
		value := f.fresh()[0].Secret
		a, _ := os.ReadFile(filepath.Join(f.dir, "a"))
		b, _ := os.ReadFile(filepath.Join(f.dir, "b"))
		if all := string(a) + string(b) + strings.ReplaceAll(out.String(), "\n", ""); all != value+value {
			t.Errorf("%s: not each of both targets got the value once", spec)
		}
	}
}

// killWhen runs a renewal that ends without cleaning up when it reaches a point for the n-th
// time.
func killWhen(req renew.Request, point renew.Point, n int) {
	req.Reached = func(p renew.Point) {
		if p == point {
			if n--; n == 0 {
				panic("killed")
			}
		}
	}
	defer func() { _ = recover() }()
	_, _ = renew.Run(context.Background(), req)
}
