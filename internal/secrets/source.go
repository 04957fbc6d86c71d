package secrets

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/zalando/go-keyring"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/origin"
	"github.com/spcheck/spcheck/internal/pause"
	"github.com/spcheck/spcheck/internal/program"
	"github.com/spcheck/spcheck/internal/smallfile"
)

const (
	// maxSecretBytes limits what is read from any source.
	maxSecretBytes = 64 << 10
	// patience is the time limit for a command, the keyring or standard input.
	patience = 30 * time.Second
	// KeyringService is the service name of spcheck's secrets in the system's keyring.
	// The user is the NAME in the setting.
	KeyringService = "spcheck"
	// Stdin is the path that stands for standard input.
	Stdin = "-"
)

// Source says where a secret is stored: exactly one of environment variable, file,
// keyring entry and command. The zero Source provides nothing. Its fields are those of
// a profile.
type Source struct {
	// Env is the name of a variable. Its value is used unchanged.
	Env string `yaml:"env,omitempty"`
	// File is a path, or Stdin. One final line break is removed.
	File string `yaml:"file,omitempty"`
	// Keyring is an entry of the system's keyring (service "spcheck"). Its value is
	// used unchanged.
	Keyring string `yaml:"keyring,omitempty"`
	// command is a program and its arguments, which may be secret. No shell is
	// involved. One final line break is removed from its output.
	command hidden[[]string]
}

// FromCommand returns a source that runs a program and reads its output.
func FromCommand(argv ...string) Source { return Source{command: hide(argv)} }

// Origin names the source for reports. For a command it names only the program.
func (s Source) Origin() origin.Origin {
	switch argv := s.command.Reveal(); {
	case s.Env != "":
		return origin.Origin{Place: origin.Environment, Name: s.Env}
	case s.File == Stdin:
		return origin.Origin{Place: origin.Stdin}
	case s.File != "":
		return origin.Origin{Place: origin.File, Name: s.File}
	case s.Keyring != "":
		return origin.Origin{Place: origin.Keyring, Name: s.Keyring}
	case len(argv) > 0:
		return origin.Origin{Place: origin.Command, Name: argv[0]}
	}
	return origin.Origin{}
}

// Format prints the origin for every verb.
func (s Source) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.Origin().String()) }

// Runs reports whether reading the source runs a program.
func (s Source) Runs() bool { return len(s.command.Reveal()) > 0 }

// Deps are the parts of the environment that sources read from. The zero value uses the
// process's own.
type Deps struct {
	// LookupEnv replaces os.LookupEnv in tests.
	LookupEnv func(string) (string, bool)
	// Environ is the environment of commands, as NAME=value. Nil means the process's
	// own.
	Environ []string
	// Stdin is what "-" reads.
	Stdin io.Reader
	// Keyring reads an entry of the system's keyring. If there is none, the error is
	// keyring.ErrNotFound of zalando/go-keyring.
	Keyring func(service, user string) (string, error)
}

// Load reads the secret from its source. The error is a *SourceError; it is ErrMissing if
// the source is empty or unset. The credential's origin is always set.
func (s Source) Load(ctx context.Context, deps Deps) (Credential, error) {
	c, text, err := s.load(ctx, deps)
	if err == nil {
		c.Secret = NewValue(text)
	}
	return c, err
}

// LoadURL reads a URL that has secret parts. The caller knows which parts are secret
// and must hide them from output. For errors see Load.
func (s Source) LoadURL(ctx context.Context, deps Deps) (string, error) {
	_, text, err := s.load(ctx, deps)
	return text, err
}

func (s Source) load(ctx context.Context, deps Deps) (Credential, string, error) {
	c := Credential{Origin: s.Origin()}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	text, err := s.read(ctx, deps, &c)
	if s.Env == "" && s.Keyring == "" {
		text = withoutFinalLineBreak(text)
	}
	if err == nil && text == "" {
		err = missing(msg.New("it is empty"))
	}
	return c, text, c.from(err)
}

func (s Source) read(ctx context.Context, deps Deps, c *Credential) (string, error) {
	switch argv := s.command.Reveal(); {
	case s.Env != "":
		return readEnvironment(deps, s.Env)
	case s.File == Stdin:
		return readStdin(ctx, deps)
	case s.File != "":
		return c.readFile(s.File, maxSecretBytes)
	case s.Keyring != "":
		return readKeyring(ctx, deps, s.Keyring)
	case len(argv) > 0:
		return runCommand(ctx, deps, argv)
	}
	return "", missing(msg.New("no client secret is configured"))
}

func readEnvironment(deps Deps, name string) (string, error) {
	lookup := deps.LookupEnv
	if lookup == nil {
		lookup = os.LookupEnv
	}
	value, set := lookup(name)
	if !set {
		return "", missing(msg.New("the variable is not set"))
	}
	return value, nil
}

// withoutFinalLineBreak removes the one line break that editors and programs write
// after the last line. It leaves UTF-16 unchanged: its line break has other bytes, and
// Inspect reports it.
func withoutFinalLineBreak(s string) string {
	if strings.HasPrefix(s, "\xff\xfe") || strings.HasPrefix(s, "\xfe\xff") {
		return s
	}
	if rest, ok := strings.CutSuffix(s, "\n"); ok {
		return strings.TrimSuffix(rest, "\r")
	}
	return s
}

func readStdin(ctx context.Context, deps Deps) (string, error) {
	in := deps.Stdin
	if in == nil {
		in = os.Stdin
	}
	return pause.Await(ctx, func() (string, error) { // a terminal cannot be interrupted
		data, err := smallfile.ReadAll(in, maxSecretBytes)
		return string(data), err
	})
}

func readKeyring(ctx context.Context, deps Deps, name string) (string, error) {
	get := deps.Keyring
	if get == nil {
		get = keyring.Get // the Keychain, the Credential Manager or the Secret Service
	}
	return pause.Await(ctx, func() (string, error) {
		text, err := get(KeyringService, name)
		// The error's own text is not repeated. On some systems it is the output of
		// another program.
		switch {
		case errors.Is(err, keyring.ErrNotFound):
			return "", missing(msg.New("the keyring has no entry with this name for the service spcheck"))
		case errors.Is(err, keyring.ErrUnsupportedPlatform):
			return "", wrong(msg.New("this system has no keyring that spcheck can read"))
		case err != nil:
			return "", wrong(msg.New("the system's keyring cannot be reached or is locked; a service without a desktop session has none"))
		case len(text) > maxSecretBytes:
			return "", smallfile.TooLarge(maxSecretBytes)
		}
		return text, nil
	})
}

// runCommand runs a program without a shell and returns its standard output. Standard
// error is discarded, because it may contain a secret.
func runCommand(ctx context.Context, deps Deps, argv []string) (string, error) {
	if argv[0] == "" {
		return "", missing(msg.New("no command was given"))
	}
	out, err := program.Program{Argv: argv, Environ: deps.Environ, Limit: maxSecretBytes, Dialog: true}.Output(ctx)
	switch {
	case errors.Is(err, program.ErrTooMuch):
		return "", smallfile.TooLarge(maxSecretBytes)
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err == nil:
		return string(out), nil
	}
	if reason := program.Reason(err); !reason.IsZero() {
		return "", wrong(reason)
	}
	return "", wrong(msg.OfSystem(err))
}

// readFile reads a regular file of at most limit bytes, and adds to c what it noticed
// about the file. It follows symbolic links, which Kubernetes uses to mount secrets.
func (c *Credential) readFile(path string, limit int64) (string, error) {
	if target, err := os.Readlink(path); err == nil {
		c.Notes = append(c.Notes, msg.New("it is a symbolic link to %s", target))
	}
	data, err := smallfile.Read(path, limit)
	if err != nil {
		return "", err
	}
	if warning := exposure(path); !warning.IsZero() {
		c.Warnings = append(c.Warnings, warning)
	}
	return string(data), nil
}
