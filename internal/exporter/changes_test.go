package exporter

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/scan"
	"github.com/spcheck/spcheck/internal/scan/kept"
)

// changingTenant says what changed.
type changingTenant struct {
	oddTenant
	asked chan string
}

func (c changingTenant) Follow(_ context.Context, w objects.Changes) (string, error) {
	c.asked <- w.Kind + " from " + w.Link
	if w.Link != "" {
		return "next", nil
	}
	return "link", w.Object(&objects.Changed{Has: objects.HasAppID, Listed: objects.Listed{ID: "id", AppID: "app", Kind: w.Kind}})
}

func (changingTenant) Count(context.Context, string) (int, error) { return 1, nil }
func (changingTenant) Selection(string) []string                  { return []string{"id"} }
func (changingTenant) Origin() string                             { return "https://graph.example" }

// Scans after the first ask for what changed, until everything is due again.
func TestScansAskForChanges(t *testing.T) {
	tenant := changingTenant{asked: make(chan string, 10)}
	rules, _ := scan.Choose([]string{"default"})
	at := time.Unix(2e9, 0)
	e := &exporter{names: map[string]string{}, options: Options{Log: slog.New(slog.DiscardHandler), Timeout: time.Minute,
		Targets: []scan.Target{{Tenant: "a.example", Open: func(context.Context, func()) (scan.Opened, error) {
			return scan.Opened{Lister: tenant, Tenant: "a.example"}, nil
		}}},
		Scan: scan.Options{Rules: rules, Now: func() time.Time { return at }, Keep: &scan.Keep{Store: kept.Memory(), MaxAge: time.Hour}},
	}}
	for _, want := range []string{"", "link", "next", ""} {
		if want == "" {
			at = at.Add(2 * time.Hour)
		}
		e.read(t.Context())
		for range 2 {
			if got := <-tenant.asked; !strings.HasSuffix(got, " from "+want) {
				t.Errorf("asked for %s, want from %q", got, want)
			}
		}
		if n := e.collector.last.Load().tenants[0].applications; n != 1 {
			t.Errorf("%d applications", n)
		}
	}
}
