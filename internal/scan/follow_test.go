package scan

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/scan/kept"
)

// followedFake is a fake tenant that reports changes.
type followedFake struct {
	fake
	mu      sync.Mutex
	asked   []string // links, by kind
	changed []objects.Changed
	link    string
	count   map[string]int
	refuse  map[string]error // by link; "count" is that of counts
}

func (f *followedFake) Follow(_ context.Context, c objects.Changes) (string, error) {
	f.mu.Lock()
	f.asked = append(f.asked, c.Kind+" "+c.Link)
	f.mu.Unlock()
	if err := f.refuse[c.Link]; err != nil {
		return "", err
	}
	list := f.changed
	if c.Link == "" {
		list = nil
		for _, o := range f.objects {
			list = append(list, objects.Changed{Listed: o, Has: 1<<11 - 1})
		}
	}
	for _, o := range list {
		if o.Kind != c.Kind {
			continue
		}
		o.Credentials = slices.Clone(o.Credentials)
		if err := c.Object(&o); err != nil {
			return "", err
		}
	}
	c.Page(objects.Page{Objects: len(list)})
	return f.link, nil
}

func (f *followedFake) Count(_ context.Context, kind string) (int, error) {
	if n, ok := f.count[kind]; ok {
		return n, f.refuse["count"]
	}
	n := 0
	for _, o := range f.objects {
		if o.Kind == kind {
			n++
		}
	}
	return n, f.refuse["count"]
}

func (f *followedFake) Selection(string) []string { return []string{"id"} }
func (f *followedFake) Origin() string            { return "https://graph.example" }

func (f *followedFake) run(t testing.TB, o Options, at time.Time) *Outcome {
	t.Helper()
	o.Now = func() time.Time { return at }
	o.Rules, _ = Choose([]string{"default"})
	out, err := Run(context.Background(), []Target{{Tenant: "a", Within: 30 * day, Open: func(context.Context, func()) (Opened, error) {
		return Opened{Lister: f, Tenant: "00000000-0000-4000-8000-000000000001"}, nil
	}}}, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(out.Close)
	return out
}

func many(n int) []objects.Listed {
	var out []objects.Listed
	for i := range n {
		for _, kind := range []string{objects.OnApplication, objects.OnServicePrincipal} {
			id := func(of, j int) string { return fmt.Sprintf("%08x-%04x-4000-8000-%012x", of, j, i) }
			o := objects.Listed{ID: id(len(kind), 0), AppID: id(1, 0), DisplayName: fmt.Sprint("Payroll Sync ", i), Kind: kind, OwnerTenant: id(0, i)[:24] + "000000000000", Type: "Application"}
			for j := range i % 3 {
				if kind == objects.OnApplication || i%10 == 0 {
					o.Credentials = append(o.Credentials, objects.ListedCredential{KeyID: id(len(kind), j+1), Kind: objects.Password, Name: "rotated", Hint: "abc", Start: now.Add(-day), End: now.Add(time.Duration(i%1400-100) * day)})
				}
			}
			out = append(out, o)
		}
	}
	return out
}

// report returns a scan's findings and notices.
func report(t *testing.T, o *Outcome) (names []string, said string) {
	t.Helper()
	for f, err := range o.Findings() {
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, *f.DisplayName+" "+f.Rule)
	}
	for _, n := range o.Notices {
		said += n.Text.String() + ";"
	}
	return names, said
}

func one(name string, end time.Time) objects.Listed {
	id := func(of int) string { return fmt.Sprintf("%08x-0000-4000-8000-%012x", of, name) }
	return objects.Listed{ID: id(1)[:36], AppID: id(2)[:36], DisplayName: name, Kind: objects.OnApplication, Created: now,
		Credentials: []objects.ListedCredential{{KeyID: id(3)[:36], Kind: objects.Password, Hint: "Zq7", Name: "n", Start: now.Add(-day), End: end}}}
}

// scannedOnce returns a tenant that was scanned once, with its state in a folder.
func scannedOnce(t *testing.T, objects ...objects.Listed) (*followedFake, Options, string) {
	t.Helper()
	dir := t.TempDir()
	store, err := kept.Folder(dir)
	if err != nil {
		t.Fatal(err)
	}
	f := &followedFake{fake: fake{objects: objects}, link: "1", count: map[string]int{}, refuse: map[string]error{}}
	o := Options{Keep: &Keep{Store: store}}
	if _, said := report(t, f.run(t, o, now)); said != "" {
		t.Fatalf("the first scan says %q", said)
	}
	f.asked = nil
	return f, o, dir
}

// A certificate without a readable date is unknown, whichever way the tenant is read.
func TestFollowKeepsUnreadableDates(t *testing.T) {
	undated := one("aaaaaaaaaaaa", time.Time{})
	undated.Credentials[0].Kind, undated.Credentials[0].Malformed = objects.Certificate, true
	f, o, _ := scannedOnce(t, undated)
	if out := f.run(t, o, now); out.Scan.ExitCode != 3 {
		t.Errorf("exit code %d, %s", out.Scan.ExitCode, out.Scan.Tenants[0].Error)
	}
}

func TestFollowReadsAnew(t *testing.T) {
	known, other := one("aaaaaaaaaaaa", now.Add(day)), one("bbbbbbbbbbbb", now.Add(day))
	for name, c := range map[string]struct {
		change func(f *followedFake, o *Options)
		at     time.Time
		says   string
	}{
		"nothing":           {func(*followedFake, *Options) {}, now.Add(day), ""},
		"older than a week": {func(*followedFake, *Options) {}, now.Add(8 * day), "last read completely on"},
		"older than wanted": {func(_ *followedFake, o *Options) { o.Keep.MaxAge = day }, now.Add(2 * day), "last read completely on"},
		"from the future":   {func(*followedFake, *Options) {}, now.Add(-time.Hour), "in the future"},
		"nobody knows it": {func(f *followedFake, _ *Options) {
			f.changed = []objects.Changed{{Listed: objects.Listed{ID: other.ID, Kind: other.Kind}, Has: objects.HasName}}
		}, now, "not in the saved state"},
		"counts differ":       {func(f *followedFake, _ *Options) { f.count[objects.OnApplication] = 5 }, now, "counts a different number of objects"},
		"the link is refused": {func(f *followedFake, _ *Options) { f.refuse["1"] = &objects.Unfollowed{Err: errors.New("gone")} }, now, "does not report what changed since the last scan (gone)"},
	} {
		t.Run(name, func(t *testing.T) {
			f, o, _ := scannedOnce(t, known)
			c.change(f, &o)
			found, said := report(t, f.run(t, o, c.at))
			if !strings.Contains(said, c.says) || c.says == "" && said != "" {
				t.Errorf("it says %q, want %q", said, c.says)
			}
			anew := slices.Contains(f.asked, "application ")
			if anew != (c.says != "") || len(found) == 0 || !strings.HasPrefix(found[0], known.DisplayName) {
				t.Errorf("asked %q, found %q", f.asked, found)
			}
		})
	}
}

// A tenant that cannot be read is unknown, and the next scan continues from before.
func TestFollowFailed(t *testing.T) {
	f, o, _ := scannedOnce(t, one("aaaaaaaaaaaa", now.Add(day)))
	f.link, f.refuse["1"] = "2", errors.New("the connection broke")
	out := f.run(t, o, now)
	if tenant := out.Scan.Tenants[0]; tenant.Status != "unknown" || !strings.Contains(tenant.Error.String(), "applications, certificates of applications") {
		t.Errorf("the tenant is %s: %s", tenant.Status, tenant.Error)
	}
	f.asked, f.refuse["1"] = nil, nil
	if found, said := report(t, f.run(t, o, now)); said != "" || len(found) == 0 || !slices.Contains(f.asked, "application 1") {
		t.Errorf("the scan after it says %q, finds %q and asks %q", said, found, f.asked)
	}
}

// If the state cannot be saved, a notice says so, and the report is complete.
func TestFollowCannotKeep(t *testing.T) {
	f, o, dir := scannedOnce(t, one("aaaaaaaaaaaa", now.Add(day)))
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	out := f.run(t, o, now)
	found, said := report(t, out)
	if len(found) == 0 || !strings.Contains(said, "no state is saved") || len(out.Notices) != 1 || !out.Notices[0].Unkept {
		t.Errorf("found %q, said %q", found, said)
	}
}

// Of two simultaneous scans, one saves its state, and the other reads everything.
func TestFollowTwoAtATime(t *testing.T) {
	f, o, _ := scannedOnce(t, one("aaaaaaaaaaaa", now.Add(day)))
	place, err := o.Keep.Store.Open(kept.Key{Tenant: "00000000-0000-4000-8000-000000000001", Graph: f.Origin()})
	if err != nil {
		t.Fatal(err)
	}
	defer place.Close()
	out := f.run(t, o, now)
	if found, said := report(t, out); len(found) == 0 || !strings.Contains(said, "another scan is using it") || out.Notices[0].Unkept {
		t.Errorf("found %q, said %q", found, said)
	}
}

// A state that was copied to the file name of another tenant is not used. A state contains
// no part of a secret.
func TestFollowOfAnotherTenant(t *testing.T) {
	f, o, dir := scannedOnce(t, one("aaaaaaaaaaaa", now.Add(day)))
	files, _ := filepath.Glob(filepath.Join(dir, "*.state"))
	data, err := os.ReadFile(files[0])
	if err != nil || bytes.Contains(data, []byte("Zq7")) {
		t.Fatalf("%v, or the state has the beginning of a secret", err)
	}
	place, err := o.Keep.Store.Open(kept.Key{Tenant: "00000000-0000-4000-8000-000000000001", Cloud: "china", Graph: f.Origin()})
	if err != nil {
		t.Fatal(err)
	}
	if err := place.Write().Commit(&kept.Head{}); err != nil {
		t.Fatal(err)
	}
	place.Close()
	files, _ = filepath.Glob(filepath.Join(dir, "*.state"))
	for _, file := range files {
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	place, err = o.Keep.Store.Open(kept.Key{Tenant: "00000000-0000-4000-8000-000000000001", Cloud: "china", Graph: f.Origin()})
	if err != nil {
		t.Fatal(err)
	}
	defer place.Close()
	if s, why := place.State(); s != nil || !strings.Contains(why.String(), "another tenant, cloud") {
		t.Errorf("it is taken: %v, %s", s, why)
	}
}

func BenchmarkUnchanged(b *testing.B) {
	f := &followedFake{fake: fake{objects: many(100_000)}, link: "x"}
	store, err := kept.Folder(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	o := Options{Keep: &Keep{Store: store}}
	f.run(b, o, now)
	b.ReportAllocs()
	for b.Loop() {
		f.run(b, o, now)
	}
}
