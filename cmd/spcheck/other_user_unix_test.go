//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox"
)

// Users that no account file has to know.
const (
	victimID  = 64801
	malloryID = 64802
)

// house is a machine with two users: the victim, who runs spcheck, and mallory, who
// leaves things in the places that both may write.
type house struct {
	t      *testing.T
	server *sandbox.Server
	// home is the victim's, open every user's, sticky as /tmp is; own is mallory's.
	home, open, sticky, own string
	program                 string
}

func newHouse(t *testing.T, scenario string) *house {
	t.Helper()
	if os.Geteuid() != 0 || runtime.GOOS != "linux" {
		t.Skip("only root can run programs as other users; Linux lets it do so without accounts")
	}
	base, err := os.MkdirTemp("", "spcheck-users-*")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(base) })
	h := &house{t: t, server: serve(t, scenario)}
	h.home, h.open, h.sticky, h.own = filepath.Join(base, "home"), filepath.Join(base, "open"), filepath.Join(base, "tmp"), filepath.Join(base, "mallory")
	h.must(os.Chmod(base, 0o755))
	for _, d := range []struct {
		path  string
		owner int
		mode  fs.FileMode
	}{{h.home, victimID, 0o755}, {h.open, 0, 0o777}, {h.sticky, 0, 0o777 | fs.ModeSticky}, {h.own, malloryID, 0o755}} {
		h.must(os.Mkdir(d.path, 0o700))
		h.give(d.path, d.owner)
		h.must(os.Chmod(d.path, d.mode))
	}
	h.program = filepath.Join(base, "spcheck")
	data, err := os.ReadFile(binary)
	h.must(err)
	h.must(os.WriteFile(h.program, data, 0o755))
	ca, err := os.ReadFile(setting(h.server, "SPCHECK_CA_FILE"))
	h.must(err)
	h.write(filepath.Join(h.home, "ca.pem"), string(ca), victimID)
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) give(path string, owner int) {
	h.t.Helper()
	if err := os.Lchown(path, owner, owner); err != nil {
		h.t.Skipf("files cannot be given away here: %v", err)
	}
}

// write leaves a file of a user's, whom others may read.
func (h *house) write(path, text string, owner int) string {
	h.t.Helper()
	h.must(os.WriteFile(path, []byte(text), 0o644))
	h.give(path, owner)
	return path
}

func (h *house) link(target, path string, owner int) string {
	h.t.Helper()
	h.must(os.Symlink(target, path))
	h.give(path, owner)
	return path
}

func (h *house) pipe(path string, owner int) string {
	h.t.Helper()
	h.must(syscall.Mkfifo(path, 0o600))
	h.must(os.Chmod(path, 0o666))
	h.give(path, owner)
	return path
}

// as runs a program as a user, in the folder that all may write and with a umask that
// takes nothing away.
func (h *house) as(user int, env []string, args ...string) ran {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 40*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "/bin/sh", append([]string{"-c", `umask 000; exec "$@"`, "sh"}, args...)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(user), Gid: uint32(user)}}
	cmd.Dir = h.open
	cmd.Env = sandbox.Merge([]string{"PATH=/usr/bin:/bin", "LANG=C.UTF-8"}, h.server.Env())
	cmd.Env = append(cmd.Env, "HOME="+h.home, "AZURE_CONFIG_DIR="+h.home, "XDG_CONFIG_HOME=", "XDG_STATE_HOME=", "TMPDIR="+h.open, "SPCHECK_READER=environment", "SPCHECK_CA_FILE="+filepath.Join(h.home, "ca.pem"))
	cmd.Env = append(cmd.Env, env...)
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	err := cmd.Run()
	if ctx.Err() != nil {
		h.t.Errorf("%s waits for what another user has left", strings.Join(args, " "))
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		h.t.Fatal(err)
	}
	return ran{cmd.ProcessState.ExitCode(), out.String(), errOut.String()}
}

func (h *house) spcheck(args ...string) ran {
	h.t.Helper()
	return h.as(victimID, nil, append([]string{h.program}, args...)...)
}

// profile is a config file whose secret is what a command prints, which leaves a trace.
func (h *house) profile() string {
	return "profiles: {p: {tenant: contoso.onmicrosoft.com, clientId: 8c1b7e54-2d90-4f6c-a3e8-5b7d0c9f1a26, clientSecret: {command: [sh, -c, 'echo x | tee " + filepath.Join(h.open, "obeyed") + "']}}}\n"
}

// What another user left, wherever a run looks for something, is refused with the
// file and the reason, and nothing of it is done.
func TestWhatAnotherUserLeftIsNotObeyed(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "mailstore")
	ca, err := os.ReadFile(filepath.Join(h.home, "ca.pem"))
	h.must(err)
	mine := h.write(filepath.Join(h.home, "config.yaml"), h.profile(), victimID)
	moved := filepath.Join(h.open, "victims")
	h.must(os.Mkdir(moved, 0o700))
	h.give(moved, victimID)
	renewals := "applications: [{app: MailStoreSP, to: ['command:touch " + filepath.Join(h.open, "obeyed") + "']}]\n"
	state := filepath.Join(h.home, "states")
	h.must(os.Mkdir(state, 0o700))
	h.give(state, victimID)
	theirs := filepath.Join(h.sticky, "theirs")
	h.must(os.Mkdir(theirs, 0o777))
	h.give(theirs, malloryID)
	report := `{"schemaVersion":"1","generatedAt":"2026-01-01T00:00:00Z","tenants":[],"inventory":[],"findings":[]}`
	notify := []string{"scan", "--notify-owners", "--notify", "env:HOOK", "--notify-dry-run", "--baseline", h.write(filepath.Join(h.home, "earlier.json"), report, victimID), "--output-file", filepath.Join(h.home, "report.json"), "-o", "json"}
	for name, args := range map[string][]string{
		"a config file of another user's":                        {"diagnose", "--profile", "p", "--config", h.write(filepath.Join(h.open, "config.yaml"), h.profile(), malloryID)},
		"a config file in a folder that others may replace":      {"diagnose", "--profile", "p", "--config", h.write(filepath.Join(moved, "config.yaml"), h.profile(), victimID)},
		"another user's link to a config file":                   {"diagnose", "--profile", "p", "--config", h.link(mine, filepath.Join(h.sticky, "config.yaml"), malloryID)},
		"a config file through another user's folder":            {"diagnose", "--profile", "p", "--config", filepath.Join(h.link(h.home, filepath.Join(h.sticky, "home"), malloryID), "config.yaml")},
		"a config file that is a pipe":                           {"diagnose", "--profile", "p", "--config", h.pipe(filepath.Join(h.sticky, "pipe.yaml"), malloryID)},
		"a file of another user's that hides what is wrong":      {"diagnose", "--profile", "p", "--config", h.write(filepath.Join(h.open, "never.yaml"), "profiles: {p: {failOn: never}}\n", malloryID)},
		"a file of another user's that sends elsewhere":          {"scan", "--profile", "p", "--config", h.write(filepath.Join(h.open, "notify.yaml"), "profiles: {p: {tenant: contoso.onmicrosoft.com, notify: [{env: HOME}]}}\n", malloryID)},
		"a CA file of another user's":                            {"diagnose", "--ca-file", h.write(filepath.Join(h.sticky, "ca.pem"), string(ca), malloryID)},
		"a CA file in a folder that others may write":            {"diagnose", "--ca-file", h.write(filepath.Join(h.open, "ca.pem"), string(ca), victimID)},
		"a CA file that is a pipe":                               {"diagnose", "--ca-file", h.pipe(filepath.Join(h.sticky, "ca-pipe.pem"), malloryID)},
		"renewals that lie in the working folder":                {"plan"},
		"renewals of another user's":                             {"apply", h.write(filepath.Join(h.open, "renewals.yaml"), renewals, malloryID)},
		"renewals that are a pipe":                               {"apply", h.pipe(filepath.Join(h.sticky, "renewals.yaml"), malloryID)},
		"a plan of another user's":                               {"apply", h.write(filepath.Join(h.sticky, "plan.json"), `{"file":"`+mine+`"}`, malloryID)},
		"a folder of states of another user's":                   {"scan", "--state", theirs},
		"another user's link to a folder of states":              {"scan", "--state", h.link(state, filepath.Join(h.sticky, "states"), malloryID)},
		"a folder of states that all may write":                  {"scan", "--state", h.sticky},
		"a folder of states that is a pipe":                      {"scan", "--state", h.pipe(filepath.Join(h.sticky, "states-pipe"), malloryID)},
		"a folder of journals of another user's":                 {"renew-secret", "--sp", "MailStoreSP", "--to", "file:" + filepath.Join(h.home, "new-secret"), "--state", theirs},
		"a folder of journals that all may write":                {"renew-secret", "--sp", "MailStoreSP", "--to", "file:" + filepath.Join(h.home, "new-secret"), "--state", h.sticky},
		"a baseline of another user's":                           {"scan", "--baseline", h.write(filepath.Join(h.open, "earlier.json"), report, malloryID)},
		"a baseline that is a pipe":                              {"scan", "--baseline", h.pipe(filepath.Join(h.sticky, "earlier.json"), malloryID)},
		"a web configuration of another user's":                  {"exporter", "--listen", "127.0.0.1:0", "--web-config", h.write(filepath.Join(h.open, "web.yaml"), "basic_auth_users: {}\n", malloryID)},
		"a web configuration that is a pipe":                     {"exporter", "--listen", "127.0.0.1:0", "--web-config", h.pipe(filepath.Join(h.sticky, "web.yaml"), malloryID)},
		"a template of another user's":                           append(slices.Clone(notify), "--notify-template", h.write(filepath.Join(h.open, "letter.txt"), "Subject: x\nGo to https://mallory.example\n", malloryID)),
		"a template that is a pipe":                              append(slices.Clone(notify), "--notify-template", h.pipe(filepath.Join(h.sticky, "letter.txt"), malloryID)),
		"a policy that is a pipe":                                {"scan", "--policy-preview", h.pipe(filepath.Join(h.sticky, "policy.json"), malloryID)},
		"a secret that is a pipe":                                {"diagnose", "--client-secret-file", h.pipe(filepath.Join(h.sticky, "secret"), malloryID)},
		"a bundle in the place of a link":                        {"diagnose", "--bundle", h.link(mine, filepath.Join(h.sticky, "support.zip"), malloryID)},
		"a certificate's target that is another user's link":     {"renew-certificate", "--to", "pem:" + h.link(mine, filepath.Join(h.sticky, "new.pem"), malloryID)},
		"a secret's target that is another user's link":          {"renew-secret", "--sp", "MailStoreSP", "--to", "file:" + h.link(mine, filepath.Join(h.sticky, "new"), malloryID)},
		"a secret's target that is another user's file":          {"renew-secret", "--sp", "MailStoreSP", "--to", "file:" + h.write(filepath.Join(h.open, "new"), "x", malloryID)},
		"a secret's target that is another user's pipe":          {"renew-secret", "--sp", "MailStoreSP", "--to", "file:" + h.pipe(filepath.Join(h.sticky, "new-pipe"), malloryID)},
		"a secret's target that another user gave a second name": {"renew-secret", "--sp", "MailStoreSP", "--to", "file:" + h.second(mine)},
		"a scenario that is a pipe":                              {"sandbox", "--scenario", h.pipe(filepath.Join(h.sticky, "tenant.yaml"), malloryID), "--", "true"},
		"a token that is a pipe":                                 {"federate", "--sp", "MailStoreSP", "--issuer", "https://issuer.example", "--subject", "s", "--from-token", h.pipe(filepath.Join(h.sticky, "token"), malloryID)},
		"renewals that are written over another user's link":     {"plan", "--init", "-f", h.link(filepath.Join(h.home, "made"), filepath.Join(h.sticky, "made.yaml"), malloryID)},
		"a config file that is written over another user's link": {"config", "init", "--tenant", "contoso.onmicrosoft.com", "--client-id", "8c1b7e54-2d90-4f6c-a3e8-5b7d0c9f1a26", "--config", h.link(filepath.Join(h.home, "made"), filepath.Join(h.sticky, "made-config.yaml"), malloryID)},
	} {
		t.Run(name, func(t *testing.T) {
			got := h.as(victimID, []string{"HOOK=https://127.0.0.1:1/x"}, append([]string{h.program}, args...)...)
			if got.code != 64 || !strings.Contains(got.stderr, "spcheck: error: ") {
				t.Errorf("exit code %d\n%s%s", got.code, got.stdout, got.stderr)
			}
			if !strings.Contains(got.stderr, "spcheck: hint: ") {
				t.Errorf("nothing is said of what to do\n%s", got.stderr)
			}
		})
	}
	for _, path := range []string{filepath.Join(h.open, "obeyed"), filepath.Join(h.home, "made")} {
		if _, err := os.Lstat(path); err == nil {
			t.Errorf("%s was made", path)
		}
	}
	if data, _ := os.ReadFile(mine); string(data) != h.profile() {
		t.Error("a link was followed, and the file it leads to was written")
	}
}

// second gives a file of the victim's a name in the folder that all may write.
func (h *house) second(path string) string {
	h.t.Helper()
	name := filepath.Join(h.open, "second")
	h.must(os.Link(h.write(path+".secret", "x", victimID), name))
	return name
}

// The same files in a place of the victim's own are taken.
func TestWhatIsOnesOwnIsObeyed(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "mailstore")
	settings := h.write(filepath.Join(h.home, "config.yaml"), h.profile(), victimID)
	for _, args := range [][]string{
		{"diagnose", "--profile", "p", "--config", settings, "--reader", "none"},
		{"diagnose", "--profile", "p", "--config", h.link(settings, filepath.Join(h.home, "link.yaml"), victimID), "--reader", "none"},
		{"scan", "--state", filepath.Join(h.home, "states")},
	} {
		if got := h.as(victimID, nil, append([]string{"/usr/bin/env", "-u", "AZURE_CLIENT_SECRET", h.program}, args...)...); got.code == 64 {
			t.Errorf("%s: %s", strings.Join(args, " "), got.stderr)
		}
	}
	if _, err := os.Lstat(filepath.Join(h.open, "obeyed")); err != nil {
		t.Error("the command of the user's own config file was not run")
	}
}

// With a umask that takes nothing away, what a run writes can be read by its user
// alone, but for reports, which are for others.
func TestNobodyElseCanReadWhatIsWritten(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "mailstore")
	h.write(filepath.Join(h.home, "earlier.env"), "A=1\nSECRET=x\n", victimID)
	h.must(os.Chmod(filepath.Join(h.home, "earlier.env"), 0o600))
	keys := newHouse(t, "certificate-renewal")
	for _, run := range []struct {
		house *house
		code  int
		args  []string
	}{
		{h, 0, []string{"renew-secret", "--sp", "MailStoreSP", "--to", "file:" + filepath.Join(h.home, "new-secret")}},
		{h, 0, []string{"renew-secret", "--sp", "MailStoreSP", "--to", "file:" + filepath.Join(h.open, "new-secret")}},
		{h, 0, []string{"renew-secret", "--sp", "MailStoreSP", "--to", "env-file:" + filepath.Join(h.home, "earlier.env") + "#SECRET", "--state", filepath.Join(h.home, "a", "b")}},
		{h, 2, []string{"diagnose", "--bundle", filepath.Join(h.open, "support.zip")}},
		{h, 0, []string{"scan", "--state", filepath.Join(h.home, "c", "states")}},
		{h, 0, []string{"plan", "--init", "-f", filepath.Join(h.home, "renewals.yaml")}},
		{keys, 0, []string{"renew-certificate", "--days", "90", "--reader", "self", "--to", "pem:" + filepath.Join(keys.home, "new.pem")}},
		{keys, 0, []string{"renew-certificate", "--days", "90", "--reader", "self", "--to", "pem:" + filepath.Join(keys.open, "new.pem")}},
	} {
		if run.house == keys {
			run.args = append(run.args, "--certificate", keys.certificate())
		}
		if got := run.house.spcheck(run.args...); got.code != run.code {
			t.Errorf("%s: exit code %d\n%s%s", strings.Join(run.args, " "), got.code, got.stdout, got.stderr)
		}
	}
	for _, folder := range []string{h.home, h.open, keys.home, keys.open} {
		h.must(filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
			if err != nil || path == folder || filepath.Base(path) == "ca.pem" {
				return err
			}
			info, err := e.Info()
			if err == nil && info.Mode().Perm()&0o077 != 0 {
				t.Errorf("%s has the mode %v", path, info.Mode())
			}
			return err
		}))
	}
}

// certificate is a copy of the scenario's, of the victim's own.
func (h *house) certificate() string {
	path := filepath.Join(h.home, "client.pem")
	data, err := os.ReadFile(setting(h.server, "AZURE_CLIENT_CERTIFICATE_PATH"))
	h.must(err)
	h.must(os.WriteFile(path, data, 0o600))
	h.give(path, victimID)
	return path
}

// While a sandbox runs for one user, another finds nothing of it but its port.
func TestAnotherUserCannotReadTheSandboxesFiles(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "mailstore")
	got := h.spcheck("sandbox", "--scenario", "certificate-renewal", "--", "sh", "-c", `stat -c '%a %u' "$(dirname "$SPCHECK_CA_FILE")" "$(dirname "$SPCHECK_CA_FILE")"/*`)
	lines := strings.Fields(got.stdout)
	if got.code != 0 || len(lines) < 4 {
		t.Fatalf("exit code %d\n%s%s", got.code, got.stdout, got.stderr)
	}
	for i := 0; i < len(lines); i += 2 {
		if mode, _ := strconv.ParseUint(lines[i], 8, 32); mode&0o077 != 0 || lines[i+1] != strconv.Itoa(victimID) {
			t.Errorf("mode %s, owner %s", lines[i], lines[i+1])
		}
	}
}
