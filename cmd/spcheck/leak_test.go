package main

import (
	"archive/zip"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/renew/target/vaulttest"
	"github.com/spcheck/spcheck/internal/sandbox"
)

// thorough is set by make reliability: every format, language and verbosity in
// every world, and not only some of each.
func thorough() bool { return os.Getenv("SPCHECK_THOROUGH") != "" }

// TestNoLeak runs the real program with marked secrets in every situation, and
// looks for them in all that it leaves behind.
func TestNoLeak(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it runs the program hundreds of times")
	}
	var runs, searched atomic.Int64
	turn := &atomic.Int64{}
	t.Run("worlds", func(t *testing.T) {
		for _, w := range leakWorlds() {
			t.Run(w.name, func(t *testing.T) {
				t.Parallel()
				leakIn(t, w, turn, &runs, &searched)
			})
		}
	})
	t.Logf("%d runs searched, %d bytes", runs.Load(), searched.Load())
	figure(t, "Test tenants", int64(len(leakWorlds())))
	figure(t, "Command lines in them", int64(len(leakCommands("", ""))))
	figure(t, "Runs searched for secrets", runs.Load())
	figure(t, "Bytes searched for secrets", searched.Load())
	if runs.Load() < 200 {
		t.Errorf("only %d runs were searched", runs.Load())
	}
}

func leakIn(t *testing.T, w leakWorld, turn, runs, searched *atomic.Int64) {
	p := newLeakPlace(t, w)
	for _, c := range leakCommands(p.folder, p.vault) {
		if !c.everywhere && !w.all && (!w.more || !thorough()) {
			continue
		}
		all := looksAt(c, w)
		if !thorough() {
			// The next one of all, so that each is seen in many worlds.
			n := int(turn.Add(1)) % len(all)
			all = all[n : n+1]
		}
		for _, look := range all {
			got := p.run(t, w, c, look)
			runs.Add(1)
			if said := strings.Count(got.stdout, "\n"); said < c.answers {
				t.Errorf("%s: %s answers %d of %d lines", w.name, c.name, said, c.answers)
			}
			searched.Add(int64(p.search(t, w, c, look, got)))
		}
	}
}

// newLeakPlace starts the sandbox of a world, with a front before it.
func newLeakPlace(t *testing.T, w leakWorld) *leakPlace {
	t.Helper()
	p := &leakPlace{secret: newSecret(), folder: t.TempDir(), marks: map[string]string{}, looked: newMarks(), travelled: newMarks()}
	foreign, former := newSecret(), newSecret()
	p.marks["client secret"], p.marks["secret of another application"], p.marks["former secret"] = p.secret, foreign, former
	password, client := w.password, w.client
	if password == "" {
		password = validPassword
	}
	if client == "" {
		client = usedSecret
	}
	file := p.file(t, "tenant.yaml", fmt.Sprintf(leakScenario, fmt.Sprintf(password, p.secret), former, foreign, client))
	server := serveFile(t, file, w.faults...)
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	p.front = newFront(t, server, frontOptions{meddle: w.meddle})
	p.openVault(t)
	p.env = map[string]string{}
	for _, v := range p.front.env() {
		p.env[v.Name] = v.Value
		if strings.HasSuffix(v.Name, "_SECRET") {
			p.marks[v.Name] = v.Value
		}
	}
	p.signedIn = len(w.name)%2 == 0
	p.children(t)
	p.readFiles(t)
	p.openHook(t)
	if w.prepare != nil {
		w.prepare(t, p)
	}
	if w.all || w.more {
		p.saved(t, w)
	}
	return p
}

// openVault starts a Key Vault that repeats what it was sent, and lets the runs
// trust it.
func (p *leakPlace) openVault(t *testing.T) {
	t.Helper()
	v := vaulttest.New("product", func(token string) bool {
		p.front.note(token)
		return issuedFor(vaultResource)(token)
	})
	t.Cleanup(v.Close)
	v.Echo = p.mark("what a vault repeats")
	p.trust(t, v.Certificate())
	p.vault = v.URL
}

// serveFile starts the sandbox with a scenario file and faults.
func serveFile(t *testing.T, file string, faults ...sandbox.Fault) *sandbox.Server {
	t.Helper()
	s, err := sandbox.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	server, err := sandbox.Start(context.Background(), sandbox.Options{Scenario: s, Faults: faults})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return server
}

// run runs a command with a home of its own, that everything it writes lies in.
func (p *leakPlace) run(t *testing.T, w leakWorld, c leakCommand, look leakLook) ran {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	args := slices.Concat(c.args, look.args(c))
	if !c.plain && !slices.Contains(c.args, "--timeout") {
		args = append(args, "--timeout", "3s")
	}
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Env = p.environ()
	cmd.Dir = p.home()
	out, errOut := &lockedBuffer{}, &lockedBuffer{}
	cmd.Stdin = talk(ctx, c.stdin, c.answers, out)
	cmd.Stdout, cmd.Stderr = out, errOut
	if err := cmd.Run(); ctx.Err() != nil {
		t.Errorf("%s: %v does not end: %v", w.name, args, err)
	}
	return ran{cmd.ProcessState.ExitCode(), out.String(), errOut.String()}
}

// talk is what somebody types who ends only once there are so many lines of answers,
// or after a while.
func talk(ctx context.Context, text string, answers int, out *lockedBuffer) io.Reader {
	if answers == 0 {
		return strings.NewReader(text)
	}
	return io.MultiReader(strings.NewReader(text), waiting(func() {
		for range 1000 {
			if ctx.Err() != nil || strings.Count(out.String(), "\n") >= answers {
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
	}))
}

// waiting is a reader of nothing that first waits.
type waiting func()

func (w waiting) Read([]byte) (int, error) {
	w()
	return 0, io.EOF
}

func (p *leakPlace) home() string { return filepath.Join(p.folder, "home") }

func (p *leakPlace) environ() []string {
	home := p.home()
	_ = os.MkdirAll(filepath.Join(home, "tmp"), 0o700)
	env := map[string]string{
		"PATH": filepath.Join(p.folder, "bin") + string(filepath.ListSeparator) + os.Getenv("PATH"),
		"HOME": home, "XDG_CONFIG_HOME": filepath.Join(home, "config"), "XDG_STATE_HOME": filepath.Join(home, "state"),
		"TMPDIR": filepath.Join(home, "tmp"), "LANG": "C.UTF-8", "AZURE_CONFIG_DIR": filepath.Join(home, "azure"),
		"DBUS_SESSION_BUS_ADDRESS": "unix:path=" + filepath.Join(home, "no-bus"),
	}
	maps.Copy(env, p.env)
	var list []string
	for name, value := range env {
		list = append(list, name+"="+value)
	}
	return list
}

// search looks for the marks in everything a run left, and returns how many
// bytes that were.
func (p *leakPlace) search(t *testing.T, w leakWorld, c leakCommand, look leakLook, got ran) int {
	t.Helper()
	for name, secret := range p.marks {
		p.looked.add(name, secret)
	}
	// What travelled in one run may show in what the next one leaves. A later one
	// could know it only from a file, which was searched by then, or if it is sent
	// again.
	p.before, p.travelled = p.travelled, newMarks()
	for _, secret := range p.front.takeSecrets() {
		p.travelled.add("what was sent or answered", secret)
	}
	for _, m := range []*marks{p.looked, p.before, p.travelled} {
		forgivePublic(m, p)
	}
	left := map[string]string{"standard output": got.stdout, "standard error": got.stderr}
	if c.gives {
		delete(left, "standard output")
	}
	maps.Copy(left, p.files(t))
	n := 0
	for place, text := range left {
		n += len(text)
		if found := find(text, p.looked, p.before, p.travelled); len(found) > 0 {
			t.Errorf("%s: %s (%+v): %v in %s", w.name, c.name, look, found, place)
			if len(text) < 6000 {
				t.Log(text)
			}
		}
	}
	if strings.Contains(got.stderr, "panic:") || strings.Contains(got.stderr, "goroutine ") || got.code == 2 && strings.Contains(got.stderr, "runtime error") {
		t.Errorf("%s: %s panics\n%s", w.name, c.name, got.stderr)
	}
	return n
}

// forgivePublic takes out what secrets share with words that anybody may see:
// the names in the sandbox's own addresses and identifiers, and those of fields in the
// links of lists.
func forgivePublic(m *marks, p *leakPlace) {
	for name, value := range p.env {
		if strings.HasSuffix(name, "_ID") && uuidLike(value) {
			m.forgive(value)
		}
	}
	// The same words are in them and in tokens, which base64 shows alike.
	for _, token := range p.front.linkTokens() {
		m.forgive(token)
	}
}

func uuidLike(s string) bool { return len(s) == 36 && strings.Count(s, "-") == 4 }

// files reads what the runs wrote, except for the target of a renewal, and what
// the children were given, except for what they inherited.
func (p *leakPlace) files(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	environ := p.environ()
	for _, dir := range []string{"home", "children"} {
		root := filepath.Join(p.folder, dir)
		_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return nil
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Error(err)
			}
			text := string(data)
			if dir == "children" {
				text = notInherited(text, environ)
			}
			out[path] = path + "\n" + text
			if strings.HasSuffix(path, ".zip") {
				maps.Copy(out, unpacked(t, path))
				_ = os.Remove(path) // the next run makes it anew
			}
			return nil
		})
	}
	return out
}

// unpacked are the members of a zip.
func unpacked(t *testing.T, path string) map[string]string {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	out := map[string]string{}
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(data)
	}
	return out
}

// notInherited leaves out the variables that spcheck itself was given: it must
// pass nothing on beyond them.
func notInherited(text string, environ []string) string {
	var kept []string
	for line := range strings.Lines(text) {
		if !slices.Contains(environ, strings.TrimSuffix(line, "\n")) {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

// A secret that is typed on the command line, or piped to where none belongs, is
// not repeated.
func TestNoLeakOfWhatIsTyped(t *testing.T) {
	t.Parallel()
	secret := newSecret()
	m := newMarks()
	m.add("what was typed", secret)
	token := "eyJ0eXAiOiJKV1QifQ." + rand.Text() + "." + rand.Text()
	m.add("token", token)
	var runs int
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		putFile(t, path, content)
		return path
	}
	plain := file("secret", secret+"\n")
	server := serve(t, "mailstore")
	for _, args := range [][]string{
		{"diagnose", "--reader", "environment", "--debug", "--sp", secret}, {"list-secrets", "--reader", "environment", "--debug", "--sp", secret},
		{"renew-secret", "--reader", "environment", "--debug", "--sp", secret, "--to", "stdout"}, {"renew-secret", "--sp", "x", "--to", "file:" + secret},
		{"remove-secret", "--reader", "environment", "--debug", "--sp", secret, "--expired"}, {"scan", "--reader", "profile:" + secret},
		{"__complete", "list-secrets", "--reader", "environment", "--sp", secret[:20]},
		{"diagnose", "--client-secret", secret}, {"diagnose", "--client-secret=" + secret}, {"diagnose", "--password=" + secret},
		{"diagnose", "-p" + secret}, {"diagnose", secret}, {"list-secrets", secret}, {"list-secrets", "--sp", "x", secret},
		{"renew-secret", "--sp", "x", "--to", secret}, {"renew-secret", "--sp", "x", "--to", "stdout:" + secret}, {"remove-secret", "--sp", "x", "--key-id", secret},
		{"config", "show", secret}, {"config", "check", secret}, {"version", secret}, {"diagnose", "--" + secret},
		{"explain", "AADSTS7000215: Invalid client secret provided. client_secret=" + secret + "&grant_type=client_credentials"},
		{"explain", "Authorization: Bearer " + token + "\nAADSTS700082: The refresh token has expired"},
		{"diagnose", "--error-text", "client_secret=" + secret + " AADSTS7000215: Invalid client secret provided."},
		{"render", plain}, {"render", file("report.json", `{"schemaVersion":"1","status":"`+secret+`","checks":[{"id":"`+secret+`"}]}`)},
		{"config", "check", plain}, {"config", "check", file("config.yaml", "profiles:\n  a: {clientSecret: "+secret+"}\n")},
		{"config", "check", file("flow.yaml", "profiles: {a: {"+secret+": [}")}, {"config", "show", "--config", plain},
		{"scan", "--baseline", plain}, {"scan", "--baseline", file("baseline.json", `{"schemaVersion":"`+secret+`"}`)}, {"scan", "--tenants", plain},
		{"explain", "--file", plain}, {"diagnose", "--ca-file", plain}, {"diagnose", "--config", plain},
		{"sandbox", "--scenario", plain, "--", "true"}, {"sandbox", "--scenario", file("scenario.yaml", "title: x\nclient: "+secret+"\n"), "--", "true"},
		{"exporter", "--config", plain}, {"render", secret}, {"explain", "--file", secret}, {"scan", "--baseline", secret},
	} {
		for _, look := range [][]string{nil, {"-o", "json"}, {"--lang", "de"}} {
			got := spcheck(t, server, nil, slices.Concat(args, look)...)
			runs++
			if found := m.find(got.stdout + "\n" + got.stderr); len(found) > 0 {
				t.Errorf("%q: %v\n%s%s", args[:len(args)-1], found, got.stdout, got.stderr)
			}
		}
	}
	figure(t, "Command lines with a typed secret", int64(runs))
}
