package session_test

import (
	"context"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/diagnose/gather"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/sandbox"
)

// The checks shown during a diagnosis must be those of its report, in every scenario and
// with every reader.
func TestSettledChecksDoNotChange(t *testing.T) {
	list, err := sandbox.List()
	if err != nil {
		t.Fatal(err)
	}
	for i, info := range list {
		if testing.Short() && i%6 != 0 {
			continue
		}
		for _, reader := range []string{"environment", "self", "none"} {
			t.Run(info.Name+"/"+reader, func(t *testing.T) {
				t.Parallel()
				holdSettled(t, command{scenario: info.Name, reader: reader, adjust: func(*gather.Input, map[string]string) {}})
			})
		}
	}
}

func holdSettled(t *testing.T, c command) {
	t.Helper()
	prepared, client := c.prepare(t)
	defer client.CloseIdleConnections()
	in := prepared(client.Transport)
	in.Timeout = 2 * time.Second
	told := map[string]result.Check{}
	hold := func(when string, checks []result.Check) {
		for _, c := range checks {
			first, known := told[c.ID]
			if known && (c.Status != first.Status || c.Summary.String() != first.Summary.String()) {
				t.Errorf("%s was told to be over with %s (%s), and is %s (%s) %s", c.ID, first.Status, first.Summary, c.Status, c.Summary, when)
			}
		}
	}
	in.Settled = func(f *diagnose.Facts, whole diagnose.Part) {
		over := diagnose.Settled(f, whole)
		hold("later", over)
		for _, c := range over {
			if _, known := told[c.ID]; !known {
				told[c.ID] = c
			}
		}
	}
	facts := gather.Facts(context.Background(), in)
	hold("in the report", diagnose.Judge(facts).Checks)
	if facts.SignIn.Known() && len(told) < 5 {
		t.Errorf("only %d checks were told of", len(told))
	}
}
