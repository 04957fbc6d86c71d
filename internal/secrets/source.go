package secrets

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/origin"
)

const (
	// maxSecretBytes limits what is read from any source.
	maxSecretBytes = 64 << 10
	// patience is the time limit for a command, the keyring or standard input.
	patience = 30 * time.Second
	// KeyringService is the service name of spcheck's secrets in the system's keyring.
	// The user is the NAME in the setting.
	KeyringService = "spcheck"
)

// Stdin is the path that stands for standard input.
const Stdin = "-"

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
	switch argv := s.command.get(); {
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
func (s Source) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.Origin().String())) }

// Runs reports whether reading the source runs a program.
func (s Source) Runs() bool { return len(s.command.get()) > 0 }

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

// Load reads the secret from its source. The error is a *SourceError: ErrMissing if the
// source is empty, otherwise errUnreadable. The credential's origin is always set.
func (s Source) Load(ctx context.Context, deps Deps) (Credential, error) {
	c := Credential{Origin: s.Origin()}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	text, err := s.read(ctx, deps, &c)
	if err != nil {
		return c, err
	}
	if text == "" {
		return c, &SourceError{Origin: c.Origin, Is: ErrMissing, Reason: msg.New("it is empty")}
	}
	c.Secret = NewValue(text)
	return c, nil
}

// LoadURL reads a URL that has secret parts. The caller knows which parts are secret
// and must hide them from output. For errors see Load.
func (s Source) LoadURL(ctx context.Context, deps Deps) (string, error) {
	c := Credential{Origin: s.Origin()}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	text, err := s.read(ctx, deps, &c)
	if err == nil && strings.TrimSpace(text) == "" {
		err = &SourceError{Origin: c.Origin, Is: ErrMissing, Reason: msg.New("it is empty")}
	}
	return text, err
}

func (s Source) read(ctx context.Context, deps Deps, c *Credential) (string, error) {
	switch argv := s.command.get(); {
	case s.Env != "":
		return s.readEnvironment(deps)
	case s.File == Stdin:
		content, err := readStdin(ctx, deps, c.Origin)
		return withoutFinalLineBreak(content), err
	case s.File != "":
		read, err := readFile(s.File, c.Origin, maxSecretBytes)
		c.Warnings, c.Notes = read.warnings, read.notes
		return withoutFinalLineBreak(read.content), err
	case s.Keyring != "":
		return readKeyring(ctx, deps, s.Keyring, c.Origin)
	case len(argv) > 0:
		content, err := runCommand(ctx, deps, argv, c.Origin)
		return withoutFinalLineBreak(content), err
	}
	return "", &SourceError{Origin: c.Origin, Is: ErrMissing, Reason: msg.New("no client secret is configured")}
}

func (s Source) readEnvironment(deps Deps) (string, error) {
	lookup := deps.LookupEnv
	if lookup == nil {
		lookup = os.LookupEnv
	}
	value, set := lookup(s.Env)
	if !set {
		return "", &SourceError{Origin: s.Origin(), Is: ErrMissing, Reason: msg.New("the variable is not set")}
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

// await runs read in another goroutine and gives up when ctx ends, because reads of a
// terminal and of the keyring cannot be interrupted.
func await(ctx context.Context, from origin.Origin, read func() (string, error)) (string, error) {
	type answer struct {
		text string
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		text, err := read()
		answers <- answer{text, err}
	}()
	select {
	case a := <-answers:
		return a.text, a.err
	case <-ctx.Done():
		return "", outOfTime(ctx, from)
	}
}

// outOfTime distinguishes an interrupt from a deadline.
func outOfTime(ctx context.Context, from origin.Origin) *SourceError {
	e := &SourceError{Origin: from, Is: errUnreadable, Cause: ctx.Err(), Reason: msg.New("did not answer in time")}
	if errors.Is(ctx.Err(), context.Canceled) {
		e.Reason = msg.New("reading it was interrupted")
	}
	return e
}

func readStdin(ctx context.Context, deps Deps, from origin.Origin) (string, error) {
	in := deps.Stdin
	if in == nil {
		in = os.Stdin
	}
	return await(ctx, from, func() (string, error) { return readBounded(in, from, maxSecretBytes) })
}

// readBounded reads all of r, and returns an error for more than limit bytes.
func readBounded(r io.Reader, from origin.Origin, limit int64) (string, error) {
	content, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return "", unreadable(from, err)
	}
	if int64(len(content)) > limit {
		return "", tooLarge(from, limit)
	}
	return string(content), nil
}

func tooLarge(from origin.Origin, limit int64) *SourceError {
	return &SourceError{Origin: from, Is: errUnreadable,
		Reason: msg.New("is larger than %d KiB, which cannot be a credential", limit>>10)}
}
