package secrets

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"

	"github.com/spcheck/spcheck/internal/origin"
)

const someSecret = "made-up-Secret-31~"

// TestMain lets the test binary play the command that a source runs.
func TestMain(m *testing.M) {
	switch os.Getenv("SECRETS_TEST_ROLE") {
	case "print":
		fmt.Print(os.Getenv("SECRETS_TEST_OUTPUT"))
	case "fail":
		fmt.Print(someSecret)
		fmt.Fprint(os.Stderr, someSecret)
		os.Exit(7)
	case "flood":
		for range 1000 {
			if _, err := fmt.Print(strings.Repeat("x", 1024)); err != nil {
				break
			}
		}
	case "hang":
		select {}
	default:
		os.Exit(m.Run())
	}
}

func write(t *testing.T, content string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret.txt")
	if err := os.WriteFile(path, []byte(content), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

type fakeKeyring struct {
	text string
	err  error
}

func (k fakeKeyring) Get(service, user string) (string, error) {
	if service != "spcheck" || user != "entry" {
		return "", keyring.ErrNotFound
	}
	return k.text, k.err
}

func role(name, output string) []string {
	return append(os.Environ(), "SECRETS_TEST_ROLE="+name, "SECRETS_TEST_OUTPUT="+output)
}

// self is the source that runs this test binary.
func self(t *testing.T) Source {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return FromCommand(program, "an-argument")
}

func TestSourcesTakeTheValueAsTheContractSays(t *testing.T) {
	env := func(name string) (string, bool) { return someSecret + "\n", name == "SET" }
	tests := []struct {
		name   string
		source Source
		deps   Deps
		want   string
		origin string
	}{
		{"environment as it is", Source{Env: "SET"}, Deps{LookupEnv: env}, someSecret + "\n", "environment SET"},
		{"file without its line feed", Source{File: write(t, someSecret+"\n", 0o600)}, Deps{}, someSecret, "file "},
		{"file without its Windows line end", Source{File: write(t, someSecret+"\r\n", 0o600)}, Deps{}, someSecret, "file "},
		{"only one line break is removed", Source{File: write(t, someSecret+"\n\n", 0o600)}, Deps{}, someSecret + "\n", "file "},
		{"a carriage return alone stays", Source{File: write(t, someSecret+"\r", 0o600)}, Deps{}, someSecret + "\r", "file "},
		{"UTF-16 stays as it is", Source{File: write(t, toUTF16(someSecret+"\n", true), 0o600)}, Deps{}, toUTF16(someSecret+"\n", true), "file "},
		{"a byte order mark stays", Source{File: write(t, "\ufeff"+someSecret, 0o600)}, Deps{}, "\ufeff" + someSecret, "file "},
		{"standard input", Source{File: Stdin}, Deps{Stdin: strings.NewReader(someSecret + "\n")}, someSecret, "standard input"},
		{"keyring as it is", Source{Keyring: "entry"}, Deps{Keyring: fakeKeyring{text: someSecret + "\n"}.Get}, someSecret + "\n", "keyring entry"},
		{"command without its line feed", self(t), Deps{Environ: role("print", someSecret+"\n")}, someSecret, "command "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, err := test.source.Load(context.Background(), test.deps)
			if err != nil {
				t.Fatal(err)
			}
			if c.Secret.Reveal() != test.want {
				t.Errorf("%q, want %q", c.Secret.Reveal(), test.want)
			}
			if !strings.HasPrefix(c.Origin.String(), test.origin) || strings.Contains(c.Origin.String(), "an-argument") {
				t.Errorf("origin %q", c.Origin)
			}
		})
	}
}

func TestSourcesThatGiveNothing(t *testing.T) {
	env := func(string) (string, bool) { return "", true }
	unset := func(string) (string, bool) { return "", false }
	tests := []struct {
		name   string
		source Source
		deps   Deps
		is     error
		says   string
	}{
		{"none", Source{}, Deps{}, ErrMissing, "no client secret is configured"},
		{"unset variable", Source{Env: "X"}, Deps{LookupEnv: unset}, ErrMissing, "environment variable X: the variable is not set"},
		{"empty variable", Source{Env: "X"}, Deps{LookupEnv: env}, ErrMissing, "is empty"},
		{"empty file", Source{File: write(t, "", 0o600)}, Deps{}, ErrMissing, "is empty"},
		{"file of one line break", Source{File: write(t, "\r\n", 0o600)}, Deps{}, ErrMissing, "is empty"},
		{"no file", Source{File: filepath.Join(t.TempDir(), "none")}, Deps{}, nil, "no such file"},
		{"folder", Source{File: t.TempDir()}, Deps{}, nil, "a folder"},
		{"large file", Source{File: write(t, strings.Repeat("x", maxSecretBytes+1), 0o600)}, Deps{}, nil, "larger than 64 KiB"},
		{"empty standard input", Source{File: Stdin}, Deps{Stdin: strings.NewReader("")}, ErrMissing, "is empty"},
		{"endless standard input", Source{File: Stdin}, Deps{Stdin: endless{}}, nil, "larger than 64 KiB"},
		{"no entry in the keyring", Source{Keyring: "other"}, Deps{Keyring: fakeKeyring{}.Get}, ErrMissing, "no entry"},
		{"no keyring", Source{Keyring: "entry"}, Deps{Keyring: fakeKeyring{err: errors.New(someSecret)}.Get}, nil, "cannot be reached"},
		{"platform without keyring", Source{Keyring: "entry"}, Deps{Keyring: fakeKeyring{err: keyring.ErrUnsupportedPlatform}.Get}, nil, "no keyring"},
		{"no such program", FromCommand("spcheck-no-such-program"), Deps{}, nil, "no such program"},
		{"no such path", FromCommand(filepath.Join(t.TempDir(), "none")), Deps{}, nil, "no such program"},
		{"failing command", self(t), Deps{Environ: role("fail", "")}, nil, "exit code 7"},
		{"flooding command", self(t), Deps{Environ: role("flood", "")}, nil, "larger than 64 KiB"},
		{"silent command", self(t), Deps{Environ: role("print", "\n")}, ErrMissing, "is empty"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, err := test.source.Load(context.Background(), test.deps)
			var sourceErr *SourceError
			if !errors.As(err, &sourceErr) || errors.Is(err, ErrMissing) != (test.is != nil) {
				t.Fatalf("error %v, want one of kind %v", err, test.is)
			}
			if !strings.Contains(err.Error(), test.says) {
				t.Errorf("%q does not say %q", err, test.says)
			}
			if strings.Contains(fmt.Sprintf("%+v %#v", err, sourceErr), someSecret) {
				t.Errorf("the error shows the secret")
			}
			if (c.Origin == (origin.Origin{})) != (test.name == "none") || !c.Secret.Empty() {
				t.Errorf("a failed load gives %v", c)
			}
		})
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestSourcesGiveUpWithTheirContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	pipe, _ := io.Pipe()
	for name, load := range map[string]func() (Credential, error){
		"standard input": func() (Credential, error) { return Source{File: Stdin}.Load(ctx, Deps{Stdin: pipe}) },
		"command":        func() (Credential, error) { return self(t).Load(ctx, Deps{Environ: role("hang", "")}) },
	} {
		if _, err := load(); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSymbolicLinkIsFollowedAndSaid(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("making a symbolic link is a privilege there, and Wine makes none that leads anywhere")
	}
	target := write(t, someSecret, 0o600)
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(target, link); err != nil {
		t.Skip("symbolic links cannot be made here: ", err)
	}
	c, err := Source{File: link}.Load(context.Background(), Deps{})
	if err != nil || c.Secret.Reveal() != someSecret {
		t.Fatalf("not read: %v", err)
	}
	if got := fmt.Sprint(c.Notes); !strings.Contains(got, "symbolic link to "+target) {
		t.Errorf("notes %s", got)
	}
}
