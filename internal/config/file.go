package config

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/redact"
	"github.com/spcheck/spcheck/internal/secrets"
	"github.com/spcheck/spcheck/internal/smallfile"
	"github.com/spcheck/spcheck/internal/strictyaml"
	"github.com/spcheck/spcheck/internal/trust"
)

// maxFile bounds the config file's size in bytes.
const maxFile = 1 << 20

// File is the config file.
type File struct {
	// DefaultProfile is used where neither --profile nor SPCHECK_PROFILE names one.
	DefaultProfile string              `yaml:"defaultProfile,omitempty"`
	Profiles       map[string]*Profile `yaml:"profiles"`
	// Exclude leaves findings of scans out.
	Exclude []Exclusion `yaml:"exclude,omitempty"`

	path string
}

// Profile is one application in one tenant, and how to look at it.
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
	// Notify are the places of the URLs that scans send what is new to.
	Notify []*secrets.Source `yaml:"notify,omitempty"`
}

// DefaultPath is where the config file is looked for: spcheck/config.yaml in
// the user's configuration directory (on Windows %AppData%, on macOS
// ~/Library/Application Support, elsewhere $XDG_CONFIG_HOME or ~/.config).
//
// There is none where the environment names no such directory.
func DefaultPath(env Env) (path string, ok bool) {
	dir, ok := userConfigDir(env)
	if !ok {
		return "", false
	}
	return filepath.Join(dir, "spcheck", "config.yaml"), true
}

// readFile reads a config file. A file that is absent is an empty one, unless
// it was asked for by name.
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

// parse reads a config file's text. Errors name the line, and never quote the
// file: what is there may be a secret.
func parse(path string, data []byte) (*File, error) {
	redact.HideTyped(string(data))
	f := &File{path: path}
	if strings.TrimSpace(string(data)) == "" {
		return f, nil
	}
	if err := Unmarshal(data, f); err != nil {
		return nil, malformed(path, err)
	}
	for name, p := range f.Profiles {
		if p == nil {
			f.Profiles[name] = &Profile{}
		}
	}
	if err := checkExclusions(path, f.Exclude); err != nil {
		return nil, err
	}
	return f, nil
}

// Unmarshal reads YAML that a person wrote. The error is the library's, which knows
// its line, or has words for people.
func Unmarshal(data []byte, into any) error {
	err := strictyaml.Unmarshal(data, into)
	if errors.Is(err, strictyaml.ErrNotUTF8) {
		return msg.Error(msg.New("it is not UTF-8, but what some editors call ANSI; save it as UTF-8"))
	}
	return err
}

// malformed tells the line and column of what is wrong.
func malformed(path string, err error) error {
	hint := msg.New("docs/configuration.md shows a config file; check one with: spcheck config check")
	line, column, what := Wrong(err)
	if line == 0 {
		return fail.Usage(msg.New("the config file %s: %s", path, what), hint)
	}
	return fail.Usage(msg.New("%s:%d:%d: %s", path, line, column, what), hint)
}

// Wrong says what is wrong in a file that Unmarshal refused, and where, counted from 1;
// 0 is that it is not known. It quotes nothing of the file, which may hold a secret.
func Wrong(err error) (line, column int, what msg.Text) {
	var form interface {
		msg.Worded
		Position() (line, column int)
	}
	if errors.As(err, &form) {
		line, column = form.Position()
		return line, column, form.Text()
	}
	if said := (msg.Worded)(nil); errors.As(err, &said) {
		return 0, 0, said.Text()
	}
	var y yaml.Error
	if !errors.As(err, &y) {
		return 0, 0, msg.New("this is not valid YAML")
	}
	if t := y.GetToken(); t != nil && t.Position != nil {
		line, column = t.Position.Line, t.Position.Column
	}
	return line, column, explainYAML(y)
}

// explainYAML keeps the kind of the error, not the text of the file.
func explainYAML(err yaml.Error) msg.Text {
	var unknown *yaml.UnknownFieldError
	switch {
	case errors.As(err, &unknown):
		return msg.New("unknown key %q", keyOf(err))
	case strings.Contains(err.GetMessage(), "already defined"):
		return msg.New("the key %q is used twice", keyOf(err))
	}
	var mismatch *yaml.TypeError
	if errors.As(err, &mismatch) {
		return msg.New("a value of a different type is expected here")
	}
	return msg.New("this is not valid YAML")
}

func keyOf(err yaml.Error) string {
	if t := err.GetToken(); t != nil {
		return t.Value
	}
	return ""
}

// profile returns the named profile.
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

// Format writes a config file as YAML.
func Format(f *File) ([]byte, error) { return yaml.Marshal(f) }
