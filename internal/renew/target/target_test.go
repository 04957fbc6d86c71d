package target

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/zalando/go-keyring"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/secrets"
)

// marker stands for a secret. No error and no output may contain it.
const marker = "mar8Q~ker.not-a-real-value_00000000000000"

func secret() Secret {
	return Secret{Value: secrets.NewValue(marker), AppID: "3b8f1d9a-52c7-4f0e-9a66-0c7e2f5d8b14", KeyID: "5e1c7a90-8f3d-4d2b-b6a4-91c0d7e3f258",
		End: time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC)}
}

func parse(t *testing.T, spec string, d Deps) Target {
	t.Helper()
	d.Now = func() time.Time { return time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC) }
	d.VaultResource = "https://vault.azure.net"
	to, err := Parse(spec, d)
	if err != nil {
		t.Fatal(err)
	}
	return to
}

func TestParseRefuses(t *testing.T) {
	for _, spec := range []string{"", marker, "file:", "env-file:/a", "env-file:/a#9", "env-file:#N", "keyring:", "keyvault:v", "keyvault:v/n n",
		"keyvault:http://v/n", "keyvault:https://u:p@v/n", "keyvault:-/n", "command:", "command: ", `command:["a"`, "command:'a"} {
		_, err := Parse(spec, Deps{VaultResource: "https://vault.azure.net"})
		var e *fail.Error
		if !errors.As(err, &e) || e.Code != fail.CodeUsage || len(e.Hints) == 0 {
			t.Errorf("%q: %v", spec, err)
		}
		if err != nil && strings.Contains(fmt.Sprint(err, e.Hints), marker) {
			t.Errorf("the error repeats what may be a secret: %v", err)
		}
	}
	if _, err := Parse("stdout", Deps{Terminal: true}); err == nil {
		t.Error("a secret would be shown on a terminal without being asked to")
	}
}

func TestVaultAddresses(t *testing.T) {
	for spec, want := range map[string]string{
		"keyvault:my-vault/name":                                 "https://my-vault.vault.azure.net",
		"keyvault:https://my-vault.vault.azure.net/name":         "https://my-vault.vault.azure.net",
		"keyvault:https://my-vault.vault.azure.net/secrets/name": "https://my-vault.vault.azure.net",
		"keyvault:https://127.0.0.1:8443/name":                   "https://127.0.0.1:8443",
	} {
		v := parse(t, spec, Deps{}).(*vaultSecret)
		if v.origin != want || v.name != "name" || v.custom != strings.Contains(spec, "127.0.0.1") {
			t.Errorf("%s: %s %s %v", spec, v.origin, v.name, v.custom)
		}
	}
}

// cycle stores over an old value, and then keeps the new one or restores the old one.
func cycle(t *testing.T, to Target, read func() string) {
	t.Helper()
	ctx := context.Background()
	if err := to.Check(ctx); err != nil {
		t.Fatal(err)
	}
	before := read()
	if err := to.Store(ctx, secret()); err != nil {
		t.Fatal(err)
	}
	if v, err := to.Read(ctx); err != nil || v.Reveal() != marker {
		t.Errorf("it reads back %v, %v", v, err)
	}
	if err := to.Undo(ctx); err != nil || read() != before {
		t.Errorf("undone it is not as before: %v", err)
	}
	if err := to.Store(ctx, secret()); err != nil {
		t.Fatal(err)
	}
	if err := to.Keep(ctx); err != nil || !strings.Contains(read(), marker) {
		t.Errorf("kept: %v", err)
	}
	if printed := fmt.Sprintf("%v %+v %#v %s", to, to, to, to.Spec()); strings.Contains(printed, marker) {
		t.Error("printing the target shows the value")
	}
}

func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	read := func() string { data, _ := os.ReadFile(path); return string(data) }
	if err := os.WriteFile(path, []byte("former\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cycle(t, parse(t, "file:"+path, Deps{}), read)
	if read() != marker+"\r\n" {
		t.Errorf("the line end of the old file is gone")
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

func TestNewFileIsTheOwnersAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	to := parse(t, "file:"+path, Deps{})
	if err := to.Store(context.Background(), secret()); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	if err := to.Undo(context.Background()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Error("undone, the file that was made is still there")
	}
}

// Overwriting a file of settings by mistake would cause an outage.
func TestFileOfSettingsIsNotOverwritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "env")
	if err := os.WriteFile(path, []byte("A=1\nB=2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	to := parse(t, "file:"+path, Deps{})
	for _, err := range []error{to.Check(context.Background()), to.Store(context.Background(), secret())} {
		if err == nil || !strings.Contains(err.Error(), "env-file:") {
			t.Errorf("error %v", err)
		}
	}
}

func TestEnvFileTarget(t *testing.T) {
	path := filepath.Join(t.TempDir(), "env")
	read := func() string { data, _ := os.ReadFile(path); return string(data) }
	if err := os.WriteFile(path, []byte("A=1\nSECRET=former\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cycle(t, parse(t, "env-file:"+path+"#SECRET", Deps{}), read)
	if read() != "A=1\nSECRET="+marker+"\n" {
		t.Error("the other lines changed")
	}
}

// memory is a keyring that needs no desktop session.
type memory struct {
	entries map[string]string
	err     error
}

func (m *memory) Get(service, user string) (string, error) {
	if m.err != nil {
		return "", m.err
	}
	v, ok := m.entries[service+"/"+user]
	if !ok {
		return "", keyring.ErrNotFound
	}
	return v, nil
}

func (m *memory) Set(service, user, password string) error {
	m.entries[service+"/"+user] = password
	return m.err
}

func (m *memory) Delete(service, user string) error {
	if _, ok := m.entries[service+"/"+user]; !ok {
		return keyring.ErrNotFound
	}
	delete(m.entries, service+"/"+user)
	return m.err
}

func TestKeyring(t *testing.T) {
	m := &memory{entries: map[string]string{"spcheck/product": "former"}}
	cycle(t, parse(t, "keyring:product", Deps{Keyring: m}), func() string { return m.entries["spcheck/product"] })
	if len(m.entries) != 1 {
		t.Errorf("left behind: %d entries", len(m.entries))
	}
	// A profile with {keyring: product} finds it.
	c, err := secrets.Source{Keyring: "product"}.Load(context.Background(), secrets.Deps{Keyring: m.Get})
	if err != nil || c.Secret.Reveal() != marker {
		t.Errorf("the profile reads %v, %v", c.Secret, err)
	}
}

func TestKeyringThatIsAbsent(t *testing.T) {
	to := parse(t, "keyring:product", Deps{Keyring: &memory{err: errors.New("dbus: " + marker)}})
	err := to.Check(context.Background())
	if err == nil || strings.Contains(err.Error(), marker) || !strings.Contains(err.Error(), "keyring") {
		t.Errorf("error %v", err)
	}
}

// hanging is a keyring that never answers.
type hanging struct{ memory }

func (*hanging) Get(string, string) (string, error) { select {} }

func TestKeyringThatNeverAnswers(t *testing.T) {
	to := parse(t, "keyring:product", Deps{Keyring: &hanging{}})
	if most := to.(*keyringEntry).prompt; most <= 0 || most >= 5*time.Second {
		t.Errorf("it is waited for %s", most)
	}
	to.(*keyringEntry).prompt = time.Millisecond
	if err := to.Check(context.Background()); err == nil || !strings.Contains(err.Error(), "did not answer in time") {
		t.Errorf("error %v", err)
	}
}

func TestCommandGetsTheValueOnStandardInput(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("sh is needed")
	}
	path := filepath.Join(t.TempDir(), "got it")
	for _, spec := range []string{
		`command:sh -c 'cat > "$0"; printf %s "$*" > "$0.args"' '` + path + `' "two words" $HOME`,
		`command:["sh", "-c", "cat > \"$0\"; printf %s \"$*\" > \"$0.args\"", "` + path + `", "two words", "$HOME"]`,
	} {
		to := parse(t, spec, Deps{Environ: os.Environ()})
		if to.Spec() != "command:sh" || strings.Contains(fmt.Sprintf("%+v", to), "two words") {
			t.Errorf("the arguments show: %+v", to)
		}
		if err := errors.Join(to.Check(context.Background()), to.Store(context.Background(), secret())); err != nil {
			t.Fatal(err)
		}
		got, _ := os.ReadFile(path)
		args, _ := os.ReadFile(path + ".args")
		if string(got) != marker || string(args) != "two words $HOME" {
			t.Errorf("it got %d bytes and the arguments %q", len(got), args)
		}
	}
}

// A program that has read the value may have stored it, whatever its exit code. One that
// has not read it has not.
func TestCommandThatFails(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("sh is needed")
	}
	begun := filepath.Join(t.TempDir(), "begun")
	for name, tc := range map[string]struct {
		spec, says string
		ctx        context.Context
		mayHold    bool
	}{
		"failed after reading":        {`command:sh -c 'cat >/dev/null; cat >&2; exit 3'`, "exit code 3", context.Background(), true},
		"failed before reading":       {`command:sh -c 'exit 3'`, "exit code 3", context.Background(), false},
		"killed after reading":        {`command:sh -c 'cat >/dev/null; kill -9 $$'`, "was killed", context.Background(), true},
		"hanging after reading":       {fmt.Sprintf(`command:sh -c 'cat >/dev/null; >%s.after; sleep 60'`, begun), "in time", deadlineAt(t, begun+".after"), true},
		"hanging before reading":      {fmt.Sprintf(`command:sh -c '>%s.before; sleep 60'`, begun), "in time", deadlineAt(t, begun+".before"), false},
		"absent":                      {"command:no-such-program-here", "no such program", context.Background(), false},
		"reading a part, and failing": {`command:sh -c 'head -c 5 >/dev/null; exit 1'`, "exit code 1", context.Background(), false},
	} {
		t.Run(name, func(t *testing.T) {
			to := parse(t, tc.spec, Deps{Environ: os.Environ()})
			err := to.Store(tc.ctx, secret())
			if err == nil || !strings.Contains(err.Error(), tc.says) || strings.Contains(err.Error(), marker) {
				t.Errorf("error %v", err)
			}
			if err := to.Undo(context.Background()); (err != nil) != tc.mayHold {
				t.Errorf("undone: %v", err)
			}
		})
	}
}

// deadlineAt is a context that expires as soon as a file exists, however slow the machine
// is.
func deadlineAt(t *testing.T, path string) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for ctx.Err() == nil {
			if _, err := os.Stat(path); err == nil {
				cancel()
			}
			time.Sleep(5 * time.Millisecond)
		}
	}()
	return deadline{ctx}
}

type deadline struct{ context.Context }

func (d deadline) Err() error {
	if d.Context.Err() != nil {
		return context.DeadlineExceeded
	}
	return nil
}

// A program that succeeds without reading the value has not stored it.
func TestCommandThatDoesNotRead(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("sh is needed")
	}
	huge := secret()
	huge.Value = secrets.NewValue(marker + strings.Repeat("x", 1<<20))
	for spec, s := range map[string]Secret{
		"command:true":                         secret(),
		`command:sh -c 'head -c 3 >/dev/null'`: secret(),
		`command:sh -c 'exit 0'`:               huge, // more than fits into a pipe
	} {
		err := parse(t, spec, Deps{Environ: os.Environ()}).Store(context.Background(), s)
		if err == nil || !strings.Contains(err.Error(), "without reading") {
			t.Errorf("%s: error %v", spec, err)
		}
	}
}

// The renewal may be continued from another working directory.
func TestRelativePathsHoldEverywhere(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for spec, want := range map[string]string{"file:a": "file:" + filepath.Join(dir, "a"), "env-file:sub/../b#X": "env-file:" + filepath.Join(dir, "b") + "#X"} {
		if to := parse(t, spec, Deps{}); to.Spec() != want || !filepath.IsAbs(to.Backup()) {
			t.Errorf("%s is %s, %s", spec, to.Spec(), to.Backup())
		}
	}
}

type closedPipe struct{}

func (closedPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe: " + marker) }

func TestStdoutThatLeadsNowhere(t *testing.T) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	if err := parse(t, "stdout", Deps{Out: null}).Check(context.Background()); err == nil {
		t.Error("a value for the null device is accepted")
	}
}

func TestStdout(t *testing.T) {
	var out strings.Builder
	if err := parse(t, "stdout", Deps{Out: &out}).Store(context.Background(), secret()); err != nil || out.String() != marker+"\n" {
		t.Errorf("wrote %d bytes, %v", out.Len(), err)
	}
	if err := parse(t, "stdout", Deps{Out: closedPipe{}}).Store(context.Background(), secret()); err == nil || strings.Contains(err.Error(), marker) {
		t.Errorf("error %v", err)
	}
}
