// Package plan renews the secrets of many applications. A file lists the applications, with
// the lifetime and the targets of each.
package plan

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/smallfile"
	"github.com/spcheck/spcheck/internal/strictyaml"
	"github.com/spcheck/spcheck/internal/trust"
)

// DefaultFile is the name of the file unless another one is given.
const DefaultFile = "renewals.yaml"

// Starter returns the text of a first file. If tenant is empty, it contains an example.
func Starter(tenant string) string {
	return strings.Replace(starter, starterTenant, cmp.Or(tenant, starterTenant), 1)
}

const starterTenant = "contoso.onmicrosoft.com"

const starter = `# yaml-language-server: $schema=https://raw.githubusercontent.com/spcheck/spcheck/main/docs/schemas/renewals.schema.json
# What spcheck plan and spcheck apply renew. Do not write secrets in this file.
# All fields: docs/renewing.md.
tenant: contoso.onmicrosoft.com # the run must be in this tenant
expiringWithin: 30d             # renew what expires within this time
applications:
  - app: MailStoreSP            # display name, application ID or object ID
    days: 180                   # left out: a year, or what a policy allows
    to:                         # all of these get the value, or none
      - file:/etc/mailstore/client-secret
    # - to: "command:vault kv put secret/mailstore value=-"
    #   readBack: vault kv get -field=value secret/mailstore
    # then: systemctl restart mailstore
`

// File is the file that lists the applications.
type File struct {
	path, hash string
	tenant     string
	within     time.Duration
	entries    []entry
}

// Only removes all applications but those with these names, which are spelled as in the
// file except for letter case. The error is a *fail.Error.
func (f *File) Only(names []string) error {
	var kept []entry
	for _, name := range names {
		i := slices.IndexFunc(f.entries, func(e entry) bool { return strings.EqualFold(e.App, name) })
		if i < 0 {
			return fail.Usage(msg.New("the file %s has no application %q", f.path, name), msg.New("it names: %s", strings.Join(f.Names(), ", ")))
		}
		if !slices.ContainsFunc(kept, func(e entry) bool { return e.App == f.entries[i].App }) {
			kept = append(kept, f.entries[i])
		}
	}
	f.entries = kept
	return nil
}

// Names returns the names of the applications as they are in the file.
func (f *File) Names() []string {
	names := make([]string, len(f.entries))
	for i, e := range f.entries {
		names[i] = e.App
	}
	return names
}

// entry is an application in the file.
type entry struct {
	App         string  `yaml:"app"`
	On          string  `yaml:"on"`
	Days        int     `yaml:"days"`
	DisplayName string  `yaml:"displayName"`
	To          []place `yaml:"to"`
	Then        string  `yaml:"then"`

	targets []target.Target
}

// place is a target as in --to, and the command that reads it back.
type place struct {
	To       string `yaml:"to"`
	ReadBack string `yaml:"readBack"`
}

// UnmarshalYAML also accepts a target alone, without readBack.
func (p *place) UnmarshalYAML(unmarshal func(any) error) error {
	if unmarshal(&p.To) == nil {
		return nil
	}
	type fields place
	return unmarshal((*fields)(p))
}

// fields is the hint for a file that is wrong.
func fields() msg.Text { return msg.New("the fields of this file are described in docs/renewing.md") }

// initial is the command that writes a first file at a path.
func initial(path string) commandline.Words {
	words := commandline.Words{"spcheck", "plan", "--init"}
	if path == DefaultFile {
		return words
	}
	return append(words, "-f", path)
}

// maxFile is the largest file in bytes.
const maxFile = 16 << 20

// Load reads and checks a file. The error is a *fail.Error.
func Load(path string, d target.Deps) (*File, error) {
	data, err := read(path)
	if err != nil {
		return nil, err
	}
	var text struct {
		Tenant       string  `yaml:"tenant"`
		Within       string  `yaml:"expiringWithin"`
		Applications []entry `yaml:"applications"`
	}
	if err := config.Unmarshal(path, data, &text, fields()); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	f := &File{path: path, hash: hex.EncodeToString(sum[:]), tenant: text.Tenant, entries: text.Applications}
	if text.Within != "" {
		if f.within, err = config.ParseDuration(text.Within); err != nil || f.within <= 0 {
			return nil, fail.Usage(msg.New("expiringWithin in the file %s is not a valid time", path))
		}
	}
	return f, f.check(d)
}

func read(path string) ([]byte, error) {
	// Only a trusted file: it names commands, and decides where secrets are stored.
	data, err := smallfile.ReadTrusted(path, maxFile)
	var untrusted *trust.Error
	switch {
	case errors.As(err, &untrusted):
		return nil, fail.Usage(msg.New("%s, and it decides where secrets are stored", untrusted), untrusted.Cure)
	case errors.Is(err, fs.ErrNotExist):
		return nil, fail.Usage(msg.New("the file %s cannot be read: %s", path, msg.Of(err)), msg.New("to create a first file: %s", initial(path)))
	case err != nil:
		return nil, fail.Usage(msg.New("the file %s cannot be read: %s", path, msg.Of(err)), msg.New("check the path and its permissions"))
	}
	return data, nil
}

// check parses the targets. It refuses an application or a target that appears twice,
// because the second renewal would undo the first.
func (f *File) check(d target.Deps) error {
	if len(f.entries) == 0 {
		return fail.Usage(msg.New("the file %s names no application", f.path), fields())
	}
	apps, places := map[string]bool{}, map[string]bool{}
	for i := range f.entries {
		e := &f.entries[i]
		if e.App == "" {
			return fail.Usage(msg.New("application %d in %s has no name: app is missing", i+1, f.path), fields())
		}
		key := strings.ToLower(e.App)
		if apps[key] {
			return fail.Usage(msg.New("%s appears twice in %s", e.App, f.path), msg.New("keep one entry, with the targets of both"))
		}
		apps[key] = true
		if err := e.check(d, places); err != nil {
			wrong := fail.From(err)
			return fail.Usage(msg.New("%s in %s: %s", e.App, f.path, wrong.What), wrong.Hints...)
		}
	}
	return nil
}

func (e *entry) check(d target.Deps, places map[string]bool) error {
	switch e.On {
	case "", "application":
	case "service-principal":
		e.On = objects.OnServicePrincipal
	default:
		return fail.Usage(msg.New("on takes application or service-principal"))
	}
	if e.Days != 0 {
		if err := renew.CheckDays(e.Days); err != nil {
			return err
		}
	}
	if err := renew.CheckDisplayName(e.DisplayName); err != nil {
		return err
	}
	if len(e.To) == 0 {
		return fail.Usage(msg.New("no target was given for the new value"), msg.New("use to with one of: %s", strings.Join(target.Forms(), ", ")))
	}
	if _, err := target.Then(e.Then, d); err != nil {
		return err
	}
	for _, p := range e.To {
		if p.To == "stdout" {
			return fail.Usage(msg.New("standard output cannot be a target in a plan"))
		}
		if places[p.To] {
			return fail.Usage(msg.New("the target %s is given twice", target.Name(p.To)))
		}
		places[p.To] = true
		t, err := target.Parse(p.To, d)
		if err == nil {
			t, err = target.WithReadBack(t, p.ReadBack, d)
		}
		if err != nil {
			return err
		}
		e.targets = append(e.targets, t)
	}
	return nil
}

// Choice is a saved plan. Only its applications, in lower case, are renewed.
type Choice struct {
	file, hash, tenant string
	apps               map[string]bool
}

// Open reads the file that apply was given: a list of applications, or a plan that was
// saved as JSON. For a plan it also reads the list that it was made from, which must not
// have changed since. Without a plan, the second result is nil. The error is a *fail.Error.
func Open(path string, d target.Deps) (*File, *Choice, error) {
	data, err := read(path)
	if err != nil {
		return nil, nil, err
	}
	var p result.Plan
	data = strictyaml.Text(data)
	if !strings.HasPrefix(strings.TrimSpace(string(data)), "{") {
		f, err := Load(path, d)
		return f, nil, err
	}
	if json.Unmarshal(data, &p) != nil || p.File == "" {
		return nil, nil, fail.Usage(msg.New("the file %s is not a plan", path), msg.New("create one with: %s", "spcheck plan -o json"))
	}
	c := &Choice{file: p.File, hash: p.FileHash, tenant: p.Tenant, apps: map[string]bool{}}
	for _, i := range p.Items {
		if i.Outcome == result.Planned {
			c.apps[strings.ToLower(i.Application)] = true
		}
	}
	if !filepath.IsAbs(c.file) {
		c.file = filepath.Join(filepath.Dir(path), c.file)
	}
	f, err := Load(c.file, d)
	if err != nil {
		return nil, nil, err
	}
	if f.hash != c.hash {
		return nil, nil, fail.Usage(msg.New("the file %s has changed since the plan was made", c.file), msg.New("create the plan again with: %s", "spcheck plan -o json"))
	}
	return f, c, nil
}
