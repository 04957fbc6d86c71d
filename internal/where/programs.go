package where

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/program"
)

// maxAnswer bounds what another program may print, in bytes.
const maxAnswer = 64 << 20

// kinds are the sources that other programs can read, by what --in takes.
var kinds = []struct {
	form string
	make func(rest string, environ []string) Source
}{
	{"kubernetes[:[CONTEXT/]NAMESPACE]", newKubernetes},
	{"keyvault:VAULT", newVault},
	{"appservice[:GROUP[/APP]]", site("webapp")},
	{"functions[:GROUP[/APP]]", site("functionapp")},
	{"containerapps[:GROUP[/APP]]", newContainerApps},
	{"github:OWNER/REPO", newGitHub},
	{"azure-pipelines:ORG/PROJECT", newPipelines},
}

// Forms lists what --in takes.
func Forms() []string {
	forms := []string{"environment"}
	for _, k := range kinds {
		forms = append(forms, k.form)
	}
	return forms
}

// plain is what a name of a source may be made of. None begins with a dash, which
// a program would take for a flag.
var plain = lazyregexp.New(`^[\p{L}\p{N}_][\p{L}\p{N} ._:@()/-]{0,250}$`)

// Parse reads a source as --in gives it. The error is a *fail.Error.
func Parse(spec string, environ, all []string) (Source, error) {
	name, rest, more := strings.Cut(spec, ":")
	if spec == "environment" {
		return environment(all), nil
	}
	for _, k := range kinds {
		kind, form, _ := strings.Cut(k.form, ":")
		optional := strings.HasSuffix(kind, "[")
		if strings.TrimSuffix(kind, "[") != name || more && !plain().MatchString(rest) || !more && !optional {
			continue
		}
		parts := strings.Split(rest, "/")
		if slices.Contains(parts, "") && more || strings.Contains(form, "OWNER/") && len(parts) != 2 || strings.Contains(form, "ORG/") && len(parts) != 2 {
			continue
		}
		if slices.ContainsFunc(parts, func(p string) bool { return strings.HasPrefix(p, "-") }) {
			continue
		}
		return k.make(rest, environ), nil
	}
	return nil, fail.Usage(msg.New("the source to search is not recognised"), msg.New("use one of: %s", strings.Join(Forms(), ", ")))
}

// asked is another program that answers in JSON.
type asked struct {
	program.Client
	source string // as --in calls it
}

func client(name, tool string, environ []string) asked {
	return asked{program.Client{Name: tool, Environ: environ, Limit: maxAnswer}, name}
}

// name is that of --in.
func (a asked) name() string { return a.source }

// into runs the program and reads its answer.
func (a asked) into(ctx context.Context, v any, args ...string) error {
	out, err := a.Ask(ctx, args...)
	if err != nil {
		return err
	}
	if json.Unmarshal(out, v) != nil {
		return msg.Error(msg.New("the output of %s is not what was requested", a.Client.Name))
	}
	return nil
}

// kubernetes searches the Secrets and ConfigMaps of a cluster.
type kubernetes struct {
	asked
	context, namespace string
}

func newKubernetes(rest string, environ []string) Source {
	k := kubernetes{asked: client("kubernetes", "kubectl", environ)}
	if i := strings.LastIndexByte(rest, '/'); i >= 0 {
		k.context, rest = rest[:i], rest[i+1:]
	}
	k.namespace = rest
	return k
}

// object is a Secret or a ConfigMap.
type object struct {
	Kind     string `json:"kind"`
	Metadata struct {
		Name, Namespace string
		Labels          map[string]string
	} `json:"metadata"`
	Data map[string]json.RawMessage `json:"data"`
}

// each asks for both kinds at once, so that they are of one time.
func (k kubernetes) each(ctx context.Context, visit func(document), log *tally) error {
	args := []string{"get", "secrets,configmaps", "--output=json"}
	if k.context != "" {
		args = append(args, "--context="+k.context)
	}
	if k.namespace == "" {
		args = append(args, "--all-namespaces")
	} else {
		args = append(args, "--namespace="+k.namespace)
	}
	var list struct{ Items []object }
	if err := k.into(ctx, &list, args...); err != nil {
		return err
	}
	for _, o := range list.Items {
		visit(k.document(o))
	}
	return nil
}

func (k kubernetes) document(o object) document {
	var b strings.Builder
	names := make([]string, 0, len(o.Data))
	for name := range o.Data {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		var plain string
		var bytes []byte
		if o.Kind == "Secret" && json.Unmarshal(o.Data[name], &bytes) == nil {
			plain = string(bytes)
		} else if json.Unmarshal(o.Data[name], &plain) != nil {
			continue
		}
		b.WriteString(setting(name, plain))
	}
	place := o.Metadata.Namespace + "/" + o.Metadata.Name
	d := document{Location: o.Kind + " " + place, Text: b.String()}
	if o.Kind == "Secret" {
		if k.context != "" {
			place = k.context + "/" + place
		}
		d.Target = func(name string, _ bool) string {
			if name == "" {
				return ""
			}
			return "kubernetes:" + place + "#" + name
		}
	}
	return d
}

// github lists the variables and the names of the secrets of a repository: GitHub
// gives no secret back.
type github struct {
	asked
	repository string
}

func newGitHub(rest string, environ []string) Source {
	return github{client("github", "gh", environ), rest}
}

// each reads both lists.
func (g github) each(ctx context.Context, visit func(document), _ *tally) error {
	var variables []struct{ Name, Value string }
	if err := g.into(ctx, &variables, "variable", "list", "--repo", g.repository, "--json", "name,value"); err != nil {
		return err
	}
	var names []struct{ Name string }
	if err := g.into(ctx, &names, "secret", "list", "--repo", g.repository, "--json", "name"); err != nil {
		return err
	}
	d := document{Location: g.repository, Target: func(name string, _ bool) string { return "github:" + g.repository + "#" + name }}
	for _, v := range variables {
		d.Text += setting(v.Name, v.Value)
	}
	for _, n := range names {
		d.Hidden = append(d.Hidden, n.Name)
	}
	visit(d)
	return nil
}

// pipelines lists the service connections of a project: Azure DevOps gives no
// secret back.
type pipelines struct {
	asked
	organization, project string
}

func newPipelines(rest string, environ []string) Source {
	organization, project, _ := strings.Cut(rest, "/")
	return pipelines{client("azure-pipelines", "az", environ), organization, project}
}

// each reads the connections.
func (p pipelines) each(ctx context.Context, visit func(document), _ *tally) error {
	var list []struct {
		Name          string `json:"name"`
		Authorization struct {
			Scheme     string             `json:"scheme"`
			Parameters map[string]*string `json:"parameters"`
		} `json:"authorization"`
	}
	err := p.into(ctx, &list, "devops", "service-endpoint", "list", "--organization=https://dev.azure.com/"+url.PathEscape(p.organization), "--project="+p.project, "--output=json")
	if err != nil {
		return err
	}
	for _, c := range list {
		d := document{Location: p.organization + "/" + p.project + "/" + c.Name}
		for name, value := range c.Authorization.Parameters {
			switch {
			case value != nil && *value != "":
				d.Text += setting(name, *value)
			case c.Authorization.Scheme != "WorkloadIdentityFederation":
				d.Hidden = append(d.Hidden, name)
			}
		}
		visit(d)
	}
	return nil
}
