package config

import (
	"cmp"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/origin"
)

// Env looks an environment variable up.
type Env func(name string) (string, bool)

// Flags are the flags that stood on the command line, by name without dashes.
type Flags map[string]string

// setting is an effective value and where it came from. A zero Origin means
// that it was not given and has no default.
type setting struct {
	Value  string
	Origin origin.Origin
}

// the names an origin at the beginning of a sentence.
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

// Settings are all effective settings of one run.
type Settings struct {
	values      map[Name]setting
	File        *File
	ProfileName string
	// Credential says where the diagnosed credential is to be read from; nil
	// where none is configured.
	Credential *CredentialSource
	// Notices are worth telling whoever set things up, and end nothing: what copying
	// left around a value, or a variable that only another tool reads.
	Notices []msg.Text
	// Within and Timeout are the parsed durations.
	Within, Timeout time.Duration
}

// Get returns a setting.
func (s *Settings) Get(n Name) setting { return s.values[n] }

// Value returns a setting's value, empty where it was not given.
func (s *Settings) Value(n Name) string { return s.values[n].Value }

// Resolve settles every setting. Errors are of type *fail.Error with the exit
// code for usage.
func Resolve(flags Flags, env Env) (*Settings, error) {
	if err := typedSecret(flags); err != nil {
		return nil, err
	}
	file, err := OpenFile(flags, env)
	if err != nil {
		return nil, err
	}
	name := profileName(flags, env, file)
	profile := &Profile{}
	if name != "" {
		if profile, err = file.profile(name); err != nil {
			return nil, err
		}
	}
	return resolve(flags, env, file, name, profile)
}

// ForProfile resolves the settings of another profile of the same file, as the
// reader profile:NAME and scans need them: flags and the environment of the
// diagnosed application do not leak into it, except for how to reach the service.
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
	// Checked above, so that they parse.
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
	if d.Profile != nil {
		if v := d.Profile(profile); v != "" {
			if d.Path {
				v = file.resolvePath(v)
			}
			return setting{v, origin.Origin{Place: origin.Profile, Name: name}}
		}
	}
	if d.Default != "" {
		return setting{d.Default, origin.Origin{Place: origin.Default}}
	}
	return setting{}
}

func check(d Definition, s setting) error {
	if s.Value == "" {
		if s.Origin.Place == origin.Flag && d.Name != Tenant && d.Name != ClientID {
			return fail.Usage(msg.New("%s is empty", the(s.Origin))).Hint(d.hint())
		}
		return nil
	}
	if d.Check != nil {
		if err := d.Check(s.Value); err != nil {
			return d.meant(s.Value, fail.Usage(msg.New("%s %s: %s", the(s.Origin), hasValue(s.Value), err)))
		}
		return nil
	}
	if len(d.Values) > 0 && !slices.Contains(d.Values, s.Value) {
		return d.meant(s.Value, fail.Usage(msg.New("%s %s: it must be one of %s", the(s.Origin), hasValue(s.Value), strings.Join(d.Values, ", "))))
	}
	return nil
}

// profileName is the profile to use, or empty.
func profileName(flags Flags, env Env, file *File) string {
	fromEnv, _ := env("SPCHECK_PROFILE")
	return cmp.Or(flags["profile"], fromEnv, file.DefaultProfile)
}

// OpenFile reads the config file that the flags or the environment name, or the
// user's own, without choosing a profile: for what has to list them all. A file
// of the user's own that does not exist is an empty one.
func OpenFile(flags Flags, env Env) (*File, error) {
	fromEnv, _ := env("SPCHECK_CONFIG")
	if path := cmp.Or(flags["config"], fromEnv); path != "" {
		bare, _ := BareFile(path)
		return readFile(bare, true)
	}
	path, ok := DefaultPath(env)
	if !ok {
		// No home directory, as in some containers: there is no file then.
		return &File{}, nil
	}
	return readFile(path, false)
}

// resolvePath makes a path of the config file independent of where the command
// is run: relative ones start at the config file's folder.
func (f *File) resolvePath(p string) string {
	if filepath.IsAbs(p) || f.path == "" {
		return p
	}
	return filepath.Join(filepath.Dir(f.path), p)
}

// Path is where the file was looked for.
func (f *File) Path() string { return f.path }

// Names lists the profiles in alphabetical order.
func (f *File) Names() []string {
	names := make([]string, 0, len(f.Profiles))
	for n := range f.Profiles {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// userConfigDir is os.UserConfigDir by an injected environment.
func userConfigDir(env Env) (dir string, ok bool) {
	get := func(name string) string { v, _ := env(name); return v }
	switch runtime.GOOS {
	case "windows":
		if d := get("AppData"); d != "" {
			return d, true
		}
	case "darwin":
		if h := get("HOME"); h != "" {
			return filepath.Join(h, "Library", "Application Support"), true
		}
	default:
		if d := get("XDG_CONFIG_HOME"); filepath.IsAbs(d) {
			return d, true
		}
		if h := get("HOME"); h != "" {
			return filepath.Join(h, ".config"), true
		}
	}
	return "", false
}
