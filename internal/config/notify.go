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

// Notice says where a URL is stored to which a scan sends new findings. The URL contains a
// secret.
type Notice struct {
	Source secrets.Source
	Origin origin.Origin
}

// Notify returns where the URLs are stored: the values of the flag --notify, or, if there
// are none, those of the profile.
func (s *Settings) Notify(flags []string) ([]Notice, error) {
	var all []Notice
	add := func(source secrets.Source, place origin.Place, name string) {
		all = append(all, Notice{source, origin.Origin{Place: place, Name: name, Kept: new(source.Origin())}})
	}
	for _, text := range flags {
		source, err := reference(text)
		if err != nil {
			return nil, err
		}
		add(source, origin.Flag, "--notify")
	}
	if p := s.File.Profiles[s.ProfileName]; p != nil && len(flags) == 0 {
		for _, source := range p.Notify {
			if source != nil {
				add(s.File.resolve(*source), origin.Profile, s.ProfileName)
			}
		}
	}
	return all, nil
}

// reference reads where a URL is stored. An unknown form may be the URL itself. It is not
// repeated, but other users may have seen it on the command line.
func reference(text string) (secrets.Source, error) {
	kind, value, _ := strings.Cut(text, ":")
	value = strings.TrimSpace(value)
	if value == "" || !slices.Contains([]string{"env", "file", "keyring", "command"}, kind) {
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
