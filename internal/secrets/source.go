package secrets

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
)

const (
	// maxSecretBytes bounds what is read from any source.
	maxSecretBytes = 64 << 10
	// patience is how long a command, the keyring or standard input may take.
	patience = 30 * time.Second
	// keyringService is the name under which spcheck's secrets lie in the
	// system's keyring; the user is the NAME of the setting.
	keyringService = "spcheck"
)

// Source is where a client secret is configured: one of environment variable,
// file, standard input, keyring and command. The zero Source gives nothing.
type Source struct {
	kind    sourceKind
	name    string           // of the variable or keyring entry, or the path
	command hidden[[]string] // its arguments may be secret
	profile string
}

type sourceKind int

const (
	sourceNone sourceKind = iota
	sourceEnvironment
	sourceFile
	sourceStdin
	sourceKeyring
	sourceCommand
)

// FromEnvironment is the variable of that name, taken as it is.
func FromEnvironment(name string) Source { return Source{kind: sourceEnvironment, name: name} }

// FromFile is a file without its one final line break; "-" is standard input.
func FromFile(path string) Source {
	if path == "-" {
		return Source{kind: sourceStdin}
	}
	return Source{kind: sourceFile, name: path}
}

// FromKeyring is the entry of that name in the system's keyring (service
// "spcheck"), taken as it is.
func FromKeyring(name string) Source { return Source{kind: sourceKeyring, name: name} }

// FromCommand is what a program prints, without its one final line break. No
// shell is involved.
func FromCommand(argv ...string) Source {
	return Source{kind: sourceCommand, command: hide(slices.Clone(argv))}
}

// inProfile returns the source as one that the named profile configures, which
// its origin then says.
func (s Source) inProfile(profile string) Source {
	s.profile = profile
	return s
}

// IsZero reports whether no source is configured.
func (s Source) IsZero() bool { return s.kind == sourceNone }

// origin names the source for reports. Of a command it names the program only:
// arguments may be secret themselves.
func (s Source) origin() string {
	origin := ""
	switch s.kind {
	case sourceEnvironment:
		origin = "environment " + s.name
	case sourceFile:
		origin = "file " + s.name
	case sourceStdin:
		origin = "standard input"
	case sourceKeyring:
		origin = "keyring " + s.name
	case sourceCommand:
		origin = "command"
		if argv := s.command.get(); len(argv) > 0 {
			origin += " " + argv[0]
		}
	default:
		origin = "no source"
	}
	return inProfile(origin, s.profile)
}

func inProfile(origin, profile string) string {
	if profile == "" {
		return origin
	}
	return "profile " + profile + " (" + origin + ")"
}

// String is the origin.
func (s Source) String() string { return s.origin() }

// Format prints the origin for every verb.
func (s Source) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.origin())) }

// Deps are the parts of the outer world that sources read from. The zero value
// stands for the process's own.
type Deps struct {
	// LookupEnv is os.LookupEnv or a test's.
	LookupEnv func(string) (string, bool)
	// Environ is the environment of commands, as NAME=value; nil is inherited.
	Environ []string
	// Stdin is what "-" reads.
	Stdin io.Reader
	// Keyring reads the system's keyring.
	Keyring Keyring
}

// Load takes the secret from its source. The error is a *SourceError: ErrMissing
// where the source gave nothing, else errUnreadable. The credential's origin
// is set in any case.
func (s Source) Load(ctx context.Context, deps Deps) (Credential, error) {
	c := Credential{Origin: s.origin()}
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

func (s Source) read(ctx context.Context, deps Deps, c *Credential) (string, error) {
	switch s.kind {
	case sourceEnvironment:
		return s.readEnvironment(deps)
	case sourceFile:
		read, err := readFile(s.name, c.Origin, maxSecretBytes)
		c.Warnings, c.Notes = read.warnings, read.notes
		return withoutFinalLineBreak(read.content), err
	case sourceStdin:
		content, err := readStdin(ctx, deps, c.Origin)
		return withoutFinalLineBreak(content), err
	case sourceKeyring:
		return readKeyring(ctx, deps, s.name, c.Origin)
	case sourceCommand:
		content, err := runCommand(ctx, deps, s.command.get(), c.Origin)
		return withoutFinalLineBreak(content), err
	}
	return "", &SourceError{Origin: c.Origin, Is: ErrMissing, Reason: msg.New("no client secret is configured")}
}

func (s Source) readEnvironment(deps Deps) (string, error) {
	lookup := deps.LookupEnv
	if lookup == nil {
		lookup = os.LookupEnv
	}
	value, set := lookup(s.name)
	if !set {
		return "", &SourceError{Origin: s.origin(), Is: ErrMissing, Reason: msg.New("the variable is not set")}
	}
	return value, nil
}

// withoutFinalLineBreak removes the one line break that editors and programs
// write after the last line. Text in UTF-16 is left as it is: its line break is
// made of other bytes, and the shape of the secret tells of it.
func withoutFinalLineBreak(s string) string {
	if strings.HasPrefix(s, "\xff\xfe") || strings.HasPrefix(s, "\xfe\xff") {
		return s
	}
	if rest, ok := strings.CutSuffix(s, "\n"); ok {
		return strings.TrimSuffix(rest, "\r")
	}
	return s
}

// await runs read beside the caller, who gives up when ctx ends: reads of a
// terminal and of the keyring cannot be interrupted.
func await(ctx context.Context, origin string, read func() (string, error)) (string, error) {
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
		return "", outOfTime(ctx, origin)
	}
}

// outOfTime tells an interruption from a deadline.
func outOfTime(ctx context.Context, origin string) *SourceError {
	e := &SourceError{Origin: origin, Is: errUnreadable, Cause: ctx.Err(), Reason: msg.New("gave no answer in time")}
	if errors.Is(ctx.Err(), context.Canceled) {
		e.Reason = msg.New("reading it was interrupted")
	}
	return e
}

func readStdin(ctx context.Context, deps Deps, origin string) (string, error) {
	in := deps.Stdin
	if in == nil {
		in = os.Stdin
	}
	return await(ctx, origin, func() (string, error) { return readBounded(in, origin, maxSecretBytes) })
}

// readBounded reads all of r, and refuses more than limit bytes.
func readBounded(r io.Reader, origin string, limit int64) (string, error) {
	content, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return "", unreadable(origin, err)
	}
	if int64(len(content)) > limit {
		return "", tooLarge(origin, limit)
	}
	return string(content), nil
}

func tooLarge(origin string, limit int64) *SourceError {
	return &SourceError{Origin: origin, Is: errUnreadable,
		Reason: msg.New("holds more than %d KiB, which cannot be a credential", limit>>10)}
}
