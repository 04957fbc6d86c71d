package config

import (
	"cmp"
	"errors"
	"io/fs"
	"maps"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/redact"
	"github.com/spcheck/spcheck/internal/secrets"
	"github.com/spcheck/spcheck/internal/smallfile"
	"github.com/spcheck/spcheck/internal/strictyaml"
	"github.com/spcheck/spcheck/internal/trust"
)

// maxFile limits the size of the config file, in bytes.
const maxFile = 1 << 20

// File is the config file.
type File struct {
	// DefaultProfile is used if neither --profile nor SPCHECK_PROFILE names one.
	DefaultProfile string              `yaml:"defaultProfile,omitempty"`
	Profiles       map[string]*Profile `yaml:"profiles"`
	// Exclude removes findings from scans.
	Exclude []Exclusion `yaml:"exclude,omitempty"`

	path string
}

// Profile is one application in one tenant, and how to check it.
type Profile struct {
	Tenant              string          `yaml:"tenant,omitempty"`
	ClientID            string          `yaml:"clientId,omitempty"`
	ClientSecret        *secrets.Source `yaml:"clientSecret,omitempty"`
	Certificate         string          `yaml:"certificate,omitempty"`
	CertificatePassword *secrets.Source `yaml:"certificatePassword,omitempty"`
	FederatedTokenFile  string          `yaml:"federatedTokenFile,omitempty"`
	Cloud               string          `yaml:"cloud,omitempty"`
	AuthorityHost       string          `yaml:"authorityHost,omitempty"`
	GraphEndpoint       string          `yaml:"graphEndpoint,omitempty"`
	CAFile              string          `yaml:"caFile,omitempty"`
	Reader              string          `yaml:"reader,omitempty"`
	Output              string          `yaml:"output,omitempty"`
	Within              string          `yaml:"within,omitempty"`
	FailOn              string          `yaml:"failOn,omitempty"`
	Timeout             string          `yaml:"timeout,omitempty"`
	Lang                string          `yaml:"lang,omitempty"`
	// Notify says where the URLs are stored to which scans send new findings.
	Notify []*secrets.Source `yaml:"notify,omitempty"`
}

// value returns a setting of the table.
func (p *Profile) value(n Name) string {
	field := func(name string) bool { return strings.EqualFold(name, string(n)) }
	return reflect.ValueOf(p).Elem().FieldByNameFunc(field).String()
}

// DefaultPath returns the path of the user's config file: spcheck/config.yaml in the
// user's configuration directory (%AppData% on Windows, ~/Library/Application Support on
// macOS, otherwise $XDG_CONFIG_HOME or ~/.config). ok is false if the environment names no
// such directory.
func DefaultPath(env Env) (path string, ok bool) {
	get := func(name string) string { v, _ := env(name); return v }
	dir, home, below := "", get("HOME"), ".config"
	switch runtime.GOOS {
	case "windows":
		dir, home = get("AppData"), ""
	case "darwin":
		below = "Library/Application Support"
	default:
		if d := get("XDG_CONFIG_HOME"); filepath.IsAbs(d) {
			dir = d
		}
	}
	if dir == "" && home != "" {
		dir = filepath.Join(home, below)
	}
	if dir == "" {
		return "", false
	}
	return filepath.Join(dir, "spcheck", "config.yaml"), true
}

// OpenFile reads the config file that the flags or the environment name, or the user's
// own, without choosing a profile. If the user has none, the file is empty.
func OpenFile(flags Flags, env Env) (*File, error) {
	fromEnv, _ := env("SPCHECK_CONFIG")
	if path := cmp.Or(flags["config"], fromEnv); path != "" {
		bare, _ := BareFile(path)
		return readFile(bare, true)
	}
	path, ok := DefaultPath(env)
	if !ok {
		return &File{}, nil // no home directory, as in some containers
	}
	return readFile(path, false)
}

// readFile reads a config file. A missing file is an empty one, unless the user named it.
func readFile(path string, asked bool) (*File, error) {
	doubt := trust.File(path) // before it is read
	data, err := smallfile.Read(path, maxFile)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !asked:
		return &File{path: path}, nil
	case err != nil:
		return nil, fail.Usage(msg.New("the config file %s cannot be read: %s", path, msg.Of(err)),
			msg.New("choose another file with --config, or create one with: spcheck config init"))
	}
	f, err := parse(path, data)
	if err != nil {
		return nil, err
	}
	return f, f.trusted(doubt)
}

// parse parses a config file. Errors name the line and never quote the file, because it
// may contain a secret.
func parse(path string, data []byte) (*File, error) {
	redact.HideTyped(string(data))
	f := &File{path: path}
	if strings.TrimSpace(string(data)) == "" {
		return f, nil
	}
	if err := Unmarshal(path, data, f, msg.New("docs/configuration.md shows a config file; check one with: spcheck config check")); err != nil {
		return nil, err
	}
	for name, p := range f.Profiles {
		if p == nil {
			f.Profiles[name] = &Profile{}
		}
	}
	return f, checkExclusions(path, f.Exclude)
}

// Unmarshal reads YAML that a person wrote. The error is a *fail.Error that says where the
// file is wrong. It quotes nothing of the file, which may contain a secret.
func Unmarshal(path string, data []byte, into any, hint msg.Text) error {
	if err := strictyaml.Unmarshal(data, into); err != nil {
		return Misread(path, err, hint)
	}
	return nil
}

// Misread words an error of package strictyaml about a file. The error is a *fail.Error.
func Misread(path string, err error, hint msg.Text) error {
	line, column, what := wrong(err)
	if line == 0 {
		return fail.Usage(msg.New("%s: %s", path, what), hint)
	}
	return fail.Usage(msg.New("%s:%d:%d: %s", path, line, column, what), hint)
}

// wrong says what is wrong, and where, counted from 1. The line is 0 if it is not known.
func wrong(err error) (line, column int, what msg.Text) {
	var form interface {
		msg.Worded
		Position() (line, column int)
	}
	var y yaml.Error
	switch {
	case errors.As(err, &form):
		line, column = form.Position()
		return line, column, form.Text()
	case errors.Is(err, strictyaml.ErrNotUTF8):
		return 0, 0, msg.New("it is not UTF-8, but what some editors call ANSI; save it as UTF-8")
	case !errors.As(err, &y):
		return 0, 0, msg.New("this is not valid YAML")
	}
	key := ""
	if t := y.GetToken(); t != nil {
		key = t.Value
		if t.Position != nil {
			line, column = t.Position.Line, t.Position.Column
		}
	}
	var unknown *yaml.UnknownFieldError
	var mismatch *yaml.TypeError
	var shape *yaml.UnexpectedNodeTypeError
	switch {
	case errors.As(err, &unknown):
		what = msg.New("unknown key %q", key)
	case strings.Contains(y.GetMessage(), "already defined"):
		what = msg.New("the key %q is used twice", key)
	case errors.As(err, &mismatch):
		what = msg.New("a value of a different type is expected here")
	case errors.As(err, &shape) && shape.Expected == ast.SequenceType:
		what = msg.New("a list is expected here, with a hyphen in front of each entry")
	case errors.As(err, &shape):
		what = msg.New("keys with values are expected here")
	default:
		what = msg.New("this is not valid YAML")
	}
	return line, column, what
}

// profile returns the profile with this name.
func (f *File) profile(name string) (*Profile, error) {
	if p, ok := f.Profiles[name]; ok {
		return p, nil
	}
	hint := msg.New("the file has no profiles; write one with: spcheck config init")
	if names := f.Names(); len(names) > 0 {
		hint = msg.New("profiles in %s: %s", f.path, strings.Join(names, ", "))
	}
	return nil, fail.Usage(msg.New("there is no profile %q", name), hint)
}

// resolvePath makes a path in the config file absolute: relative ones start at the file's
// folder.
func (f *File) resolvePath(p string) string {
	if filepath.IsAbs(p) || f.path == "" {
		return p
	}
	return filepath.Join(filepath.Dir(f.path), p)
}

// resolve does the same for a source in a file.
func (f *File) resolve(s secrets.Source) secrets.Source {
	if s.File != "" && s.File != secrets.Stdin {
		s.File = f.resolvePath(s.File)
	}
	return s
}

// Path returns the path of the file, whether it exists or not.
func (f *File) Path() string { return f.path }

// Names returns the names of the profiles in alphabetical order.
func (f *File) Names() []string { return slices.Sorted(maps.Keys(f.Profiles)) }
