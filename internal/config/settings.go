package config

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/origin"
)

// Env looks up an environment variable.
type Env func(name string) (string, bool)

// Flags are the flags on the command line, by name without dashes.
type Flags map[string]string

// setting is a value and where it was configured. A zero Origin means that it was not
// configured and has no default.
type setting struct {
	Value  string
	Origin origin.Origin
}

// the names an origin at the start of a sentence.
func the(o origin.Origin) msg.Text {
	switch o.Place {
	case origin.Flag:
		return msg.New("the flag %s", o.Name)
	case origin.Environment:
		return msg.New("the environment variable %s", o.Name)
	case origin.Profile:
		return msg.New("the profile %s", o.Name)
	}
	return o.Text()
}

// Settings are all settings of one run.
type Settings struct {
	values      map[Name]setting
	File        *File
	ProfileName string
	// Credential says where the diagnosed credential is stored. It is nil if none is
	// configured.
	Credential *CredentialSource
	// Notices are about things that are probably wrong but do not stop the run, such as
	// quotation marks around a value, or a variable that only another tool reads.
	Notices []msg.Text
	// Within and Timeout are the parsed durations.
	Within, Timeout time.Duration
}

// Get returns a setting.
func (s *Settings) Get(n Name) setting { return s.values[n] }

// Value returns a setting's value. It is empty if it was not configured.
func (s *Settings) Value(n Name) string { return s.values[n].Value }

// With returns a copy of the settings with one of them changed.
func (s *Settings) With(n Name, v setting) *Settings {
	out := *s
	out.values = maps.Clone(s.values)
	out.values[n] = v
	return &out
}

// Given reports whether a setting is from a flag, the environment or a profile, not a
// default.
func (s *Settings) Given(n Name) bool {
	place := s.values[n].Origin.Place
	return place != "" && place != origin.Default
}

// Immediate reports whether a setting is from a flag or the environment, which apply to
// the whole run, whatever the profile.
func (s *Settings) Immediate(n Name) bool {
	return s.Given(n) && s.values[n].Origin.Place != origin.Profile
}

// Resolve resolves all settings. Errors are of type *fail.Error.
func Resolve(flags Flags, env Env) (*Settings, error) {
	if err := typedSecret(flags); err != nil {
		return nil, err
	}
	file, err := OpenFile(flags, env)
	if err != nil {
		return nil, err
	}
	fromEnv, _ := env("SPCHECK_PROFILE")
	name, profile := cmp.Or(flags["profile"], fromEnv, file.DefaultProfile), &Profile{}
	if name != "" {
		if profile, err = file.profile(name); err != nil {
			return nil, err
		}
	}
	return resolve(flags, env, file, name, profile)
}

// ForProfile resolves the settings of another profile in the same file, for the reader
// profile:NAME and for scans. Flags and environment variables of the diagnosed application
// do not apply to it, except those that say how to reach the services.
func (s *Settings) ForProfile(name string) (*Settings, error) {
	profile, err := s.File.profile(name)
	if err != nil {
		return nil, err
	}
	none := func(string) (string, bool) { return "", false }
	other, err := resolve(Flags{}, none, s.File, name, profile)
	if err != nil {
		return nil, err
	}
	for _, n := range []Name{AuthorityHost, GraphEndpoint, CAFile, Cloud} {
		if !other.Given(n) {
			other.values[n] = s.values[n]
		}
	}
	return other, nil
}

func resolve(flags Flags, env Env, file *File, name string, profile *Profile) (*Settings, error) {
	s := &Settings{values: map[Name]setting{}, File: file, ProfileName: name}
	for _, d := range Definitions() {
		setting := lookUp(d, flags, env, name, profile, file)
		if err := check(d, setting); err != nil {
			return nil, err
		}
		s.values[d.Name] = setting
	}
	// They were checked above.
	s.Within, _ = ParseDuration(s.Value(Within))
	s.Timeout, _ = ParseDuration(s.Value(Timeout))
	if err := s.misplacedSecret(env); err != nil {
		return nil, err
	}
	var err error
	if s.Credential, err = credentialSource(flags, env, name, profile, file); err != nil {
		return nil, err
	}
	s.unpaste()
	s.noticeOthers(env)
	return s, nil
}

func lookUp(d Definition, flags Flags, env Env, name string, profile *Profile, file *File) setting {
	if v, ok := flags[d.Flag]; ok {
		return setting{v, origin.Origin{Place: origin.Flag, Name: "--" + d.Flag}}
	}
	if v, ok := env(d.Env); ok && d.Env != "" && v != "" {
		return setting{v, origin.Origin{Place: origin.Environment, Name: d.Env}}
	}
	if v := profile.value(d.Name); v != "" {
		if d.Path {
			v = file.resolvePath(v)
		}
		return setting{v, origin.Origin{Place: origin.Profile, Name: name}}
	}
	if d.Default != "" {
		return setting{d.Default, origin.Origin{Place: origin.Default}}
	}
	return setting{}
}

func check(d Definition, s setting) error {
	var err error
	switch {
	case s.Value == "":
		if s.Origin.Place == origin.Flag && d.Name != Tenant && d.Name != ClientID {
			return fail.Usage(msg.New("%s is empty", the(s.Origin))).Hint(d.hint())
		}
	case d.Check != nil:
		err = d.Check(s.Value)
	case len(d.Values) > 0 && !slices.Contains(d.Values, s.Value):
		err = msg.Error(msg.New("it must be one of %s", strings.Join(d.Values, ", ")))
	}
	if err != nil {
		return d.meant(s.Value, fail.Usage(msg.New("%s %s: %s", the(s.Origin), hasValue(s.Value), msg.Of(err))))
	}
	return nil
}
