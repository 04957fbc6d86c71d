package config

import (
	"runtime"
	"slices"
	"strings"

	"github.com/buildkite/shellwords"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/origin"
	"github.com/spcheck/spcheck/internal/redact"
	"github.com/spcheck/spcheck/internal/secrets"
)

// Notice is a URL that a scan sends what is new to, by where the URL is kept: it holds
// a secret.
type Notice struct {
	Source secrets.Source
	Origin origin.Origin
}

// Notify settles where a scan sends what is new: the places of the flag --notify, or,
// where there are none, those of the profile.
func (s *Settings) Notify(flags []string) ([]Notice, error) {
	if len(flags) == 0 {
		return s.profileNotices(), nil
	}
	var all []Notice
	for _, text := range flags {
		source, err := reference(text)
		if err != nil {
			return nil, err
		}
		all = append(all, Notice{source, origin.Origin{Place: origin.Flag, Name: "--notify", Kept: new(source.Origin())}})
	}
	return all, nil
}

func (s *Settings) profileNotices() []Notice {
	p := s.File.Profiles[s.ProfileName]
	if p == nil {
		return nil
	}
	var all []Notice
	for _, ref := range p.Notify {
		if ref == nil {
			continue
		}
		source := *ref
		if source.File != "" && source.File != secrets.Stdin {
			source.File = s.File.resolvePath(source.File)
		}
		all = append(all, Notice{source, origin.Origin{Place: origin.Profile, Name: s.ProfileName, Kept: new(source.Origin())}})
	}
	return all
}

// reference reads where a URL is kept. What is none may be the URL itself, and is not
// repeated: other users see a command line.
func reference(text string) (secrets.Source, error) {
	kind, value, _ := strings.Cut(text, ":")
	value = strings.TrimSpace(value)
	kinds := []string{"env", "file", "keyring", "command"}
	if !slices.Contains(kinds, kind) || value == "" {
		redact.HideTyped(text)
		return secrets.Source{}, fail.Usage(msg.New("--notify takes the place where the URL is stored, not the URL itself, which other users could see"),
			msg.New("store the URL in an environment variable or a file, and use --notify env:NAME, file:PATH, keyring:NAME or command:PROGRAM"),
			msg.New("if a URL was on the command line, consider it compromised, and have the service make a new one"))
	}
	switch kind {
	case "env":
		return secrets.Source{Env: value}, nil
	case "file":
		return secrets.Source{File: value}, nil
	case "keyring":
		return secrets.Source{Keyring: value}, nil
	}
	words, err := shellwords.SplitPosix(value)
	if runtime.GOOS == "windows" {
		words, err = shellwords.SplitBatch(value)
	}
	if err != nil || len(words) == 0 {
		return secrets.Source{}, fail.Usage(msg.New("the command of --notify cannot be read as words"))
	}
	return secrets.FromCommand(words...), nil
}
