package where

import (
	"context"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/program"
)

// maxAnswer limits the output of another program, in bytes.
const maxAnswer = 64 << 20

// kinds are the sources that are read with another program.
var kinds = []struct {
	form, program string
	search        func(context.Context, external, *tally) error
}{
	{"kubernetes[:[CONTEXT/]NAMESPACE]", "kubectl", searchKubernetes},
	{"keyvault:VAULT", "az", searchVault},
	{"appservice[:GROUP[/APP]]", "az", apps("webapp").search},
	{"functions[:GROUP[/APP]]", "az", apps("functionapp").search},
	{"containerapps[:GROUP[/APP]]", "az", apps("containerapp").search},
	{"github:OWNER/REPO", "gh", searchGitHub},
	{"azure-pipelines:ORG/PROJECT", "az", searchPipelines},
}

// Forms lists what --in accepts.
func Forms() []string {
	forms := []string{"environment"}
	for _, k := range kinds {
		forms = append(forms, k.form)
	}
	return forms
}

// plain matches the rest of a source. No part of it starts with a dash, which a program
// would take for a flag.
var plain = lazyregexp.New(`^[\p{L}\p{N}_][\p{L}\p{N} ._:@()/-]{0,250}$`)

// Parse reads a source as --in names it. all is the environment that is searched, and
// environ that of other programs. The error is a *fail.Error.
func Parse(spec string, environ, all []string) (Source, error) {
	name, rest, more := strings.Cut(spec, ":")
	if spec == "environment" {
		return environment(all), nil
	}
	parts := strings.Split(rest, "/")
	valid := !more || plain().MatchString(rest) && !slices.ContainsFunc(parts, func(p string) bool { return p == "" || p[0] == '-' })
	for _, k := range kinds {
		kind, form, _ := strings.Cut(k.form, ":")
		kind, optional := strings.CutSuffix(kind, "[")
		if kind == name && valid && (optional || more && len(parts) == strings.Count(form, "/")+1) {
			return external{program.Client{Name: k.program, Environ: environ, Limit: maxAnswer}, name, rest, k.search}, nil
		}
	}
	return nil, fail.Usage(msg.New("the source to search is not recognised"), msg.New("use one of: %s", strings.Join(Forms(), ", ")))
}

// environment is the environment of the run, as NAME=value. It is the product's own if
// spcheck is started in the same way as the product.
type environment []string

func (environment) name() string { return "environment" }

// each searches the environment as one text without lines.
func (e environment) each(_ context.Context, log *tally) error {
	d := document{}
	for _, entry := range e {
		if name, value, ok := strings.Cut(entry, "="); ok && name != "" && !strings.HasPrefix(name, "SPCHECK_READER_") {
			d.Text += setting(name, value)
		}
	}
	log.search(d)
	return nil
}

// setting writes a name and its value as a line of a document.
func setting(name, value string) string {
	value = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`).Replace(value)
	return name + `="` + value + "\"\n"
}

// nameValue is a setting in the output of a program.
type nameValue struct{ Name, Value string }

func (d *document) add(list []nameValue) {
	for _, v := range list {
		d.Text += setting(v.Name, v.Value)
	}
}

// external is a source that is read with another program, which prints JSON.
type external struct {
	program.Client
	// source is how --in names it, and rest what follows the colon.
	source, rest string
	search       func(context.Context, external, *tally) error
}

func (e external) name() string                               { return e.source }
func (e external) each(ctx context.Context, log *tally) error { return e.search(ctx, e, log) }

// into runs the program and reads its output.
func (e external) into(ctx context.Context, v any, args ...string) error {
	out, err := e.Ask(ctx, args...)
	if err == nil && json.Unmarshal(out, v) != nil {
		err = msg.Error(msg.New("the output of %s is not what was requested", e.Client.Name))
	}
	return err
}

// object is a Secret or a ConfigMap.
type object struct {
	Kind     string
	Metadata struct{ Name, Namespace string }
	Data     map[string]json.RawMessage
}

// searchKubernetes reads the Secrets and ConfigMaps of a cluster in one request.
func searchKubernetes(ctx context.Context, e external, log *tally) error {
	kubeContext, namespace := "", e.rest
	if i := strings.LastIndexByte(e.rest, '/'); i >= 0 {
		kubeContext, namespace = e.rest[:i+1], e.rest[i+1:]
	}
	args := []string{"get", "secrets,configmaps", "--output=json"}
	if kubeContext != "" {
		args = append(args, "--context="+strings.TrimSuffix(kubeContext, "/"))
	}
	if namespace == "" {
		args = append(args, "--all-namespaces")
	} else {
		args = append(args, "--namespace="+namespace)
	}
	var list struct{ Items []object }
	if err := e.into(ctx, &list, args...); err != nil {
		return err
	}
	for _, o := range list.Items {
		d := o.document()
		if o.Kind == "Secret" {
			d.Target = named("kubernetes:" + kubeContext + o.Metadata.Namespace + "/" + o.Metadata.Name + "#")
		}
		log.search(d)
	}
	return nil
}

func (o object) document() document {
	d := document{Location: o.Kind + " " + o.Metadata.Namespace + "/" + o.Metadata.Name}
	for _, name := range slices.Sorted(maps.Keys(o.Data)) {
		var text string
		var decoded []byte
		if o.Kind == "Secret" && json.Unmarshal(o.Data[name], &decoded) == nil {
			text = string(decoded)
		} else if json.Unmarshal(o.Data[name], &text) != nil {
			continue
		}
		d.Text += setting(name, text)
	}
	return d
}

// named returns a function that adds the name of a setting to a target.
func named(target string) func(string, bool) string {
	return func(name string, _ bool) string {
		if name == "" {
			return ""
		}
		return target + name
	}
}

// searchGitHub reads the variables of a repository, and the names of its secrets: GitHub
// does not return secrets.
func searchGitHub(ctx context.Context, e external, log *tally) error {
	var variables, names []nameValue
	if err := e.into(ctx, &variables, "variable", "list", "--repo", e.rest, "--json", "name,value"); err != nil {
		return err
	}
	if err := e.into(ctx, &names, "secret", "list", "--repo", e.rest, "--json", "name"); err != nil {
		return err
	}
	d := document{Location: e.rest, Target: named("github:" + e.rest + "#")}
	d.add(variables)
	for _, n := range names {
		d.Hidden = append(d.Hidden, n.Name)
	}
	log.search(d)
	return nil
}

// searchPipelines reads the service connections of a project. Azure DevOps does not return
// secrets.
func searchPipelines(ctx context.Context, e external, log *tally) error {
	organization, project, _ := strings.Cut(e.rest, "/")
	var list []struct {
		Name          string
		Authorization struct {
			Scheme     string
			Parameters map[string]*string
		}
	}
	err := e.into(ctx, &list, "devops", "service-endpoint", "list", "--organization=https://dev.azure.com/"+url.PathEscape(organization), "--project="+project, "--output=json")
	for _, c := range list {
		d := document{Location: e.rest + "/" + c.Name}
		for name, value := range c.Authorization.Parameters {
			switch {
			case value != nil && *value != "":
				d.Text += setting(name, *value)
			case c.Authorization.Scheme != "WorkloadIdentityFederation":
				d.Hidden = append(d.Hidden, name)
			}
		}
		log.search(d)
	}
	return err
}
