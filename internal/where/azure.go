package where

import (
	"context"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
)

// maxObjects bounds how many apps of a subscription, or secrets of a vault, are
// asked for one by one.
const maxObjects = 500

// azureObject is an app in a list.
type azureObject struct {
	Name          string `json:"name"`
	ResourceGroup string `json:"resourceGroup"`
}

// apps are the web apps, function apps or container apps of a subscription, a
// resource group, or one.
type apps struct {
	asked
	// command is that of az.
	command    string
	group, app string
	// settings are the words that list an app's settings, without the app.
	settings []string
	// target is the kind of --to, empty where there is none.
	target string
}

func site(command string) func(string, []string) Source {
	name := map[string]string{"webapp": "appservice", "functionapp": "functions"}[command]
	return func(rest string, environ []string) Source {
		a := apps{asked: client(name, "az", environ), command: command, settings: []string{command, "config", "appsettings", "list"}, target: "appsettings"}
		a.group, a.app, _ = strings.Cut(rest, "/")
		return a
	}
}

func newContainerApps(rest string, environ []string) Source {
	a := apps{asked: client("containerapps", "az", environ), command: "containerapp", settings: []string{"containerapp", "secret", "list", "--show-values"}}
	a.group, a.app, _ = strings.Cut(rest, "/")
	return a
}

// each lists the apps, and the settings of each.
func (a apps) each(ctx context.Context, visit func(document), log *tally) error {
	list := []azureObject{{a.app, a.group}}
	if a.app == "" {
		args := []string{a.command, "list", "--output=json"}
		if a.group != "" {
			args = append(args, "--resource-group="+a.group)
		}
		if err := a.into(ctx, &list, args...); err != nil {
			return err
		}
	}
	for i, o := range list {
		if i == maxObjects {
			log.unread(o.ResourceGroup+"/"+o.Name, msg.Error(msg.New("only the first %d were searched; give a resource group", maxObjects)))
			break
		}
		if err := a.one(ctx, o, visit); err != nil && ctx.Err() == nil {
			log.unread(o.ResourceGroup+"/"+o.Name, err)
		}
	}
	return ctx.Err()
}

// one reads the settings of an app. The environment of a container app is a part of
// its template, beside its secrets.
func (a apps) one(ctx context.Context, o azureObject, visit func(document)) error {
	var values []struct{ Name, Value string }
	place := []string{"--resource-group=" + o.ResourceGroup, "--name=" + o.Name, "--output=json"}
	if err := a.into(ctx, &values, append(append([]string{}, a.settings...), place...)...); err != nil {
		return err
	}
	if a.command == "containerapp" {
		var env []struct{ Name, Value string }
		query := append([]string{"containerapp", "show", "--query=properties.template.containers[].env[]"}, place...)
		if err := a.into(ctx, &env, query...); err != nil {
			return err
		}
		values = append(values, env...)
	}
	d := document{Location: o.ResourceGroup + "/" + o.Name}
	for _, v := range values {
		d.Text += setting(v.Name, v.Value)
	}
	if a.target != "" {
		d.Target = func(name string, _ bool) string {
			if name == "" {
				return ""
			}
			return a.target + ":" + o.ResourceGroup + "/" + o.Name + "#" + name
		}
	}
	visit(d)
	return nil
}

// vault searches the secrets of a key vault, in all of their versions: a product
// may name one.
type vault struct {
	asked
	vault string
}

func newVault(rest string, environ []string) Source {
	return vault{client("keyvault", "az", environ), rest}
}

// each lists the secrets, then reads the versions of each.
func (v vault) each(ctx context.Context, visit func(document), log *tally) error {
	var list []struct {
		Name string `json:"name"`
	}
	if err := v.into(ctx, &list, v.secret("list")...); err != nil {
		return err
	}
	for i, s := range list {
		if i == maxObjects {
			log.unread(v.vault+"/"+s.Name, msg.Error(msg.New("only the first %d were searched", maxObjects)))
			break
		}
		if err := v.versions(ctx, s.Name, visit, log); err != nil && ctx.Err() == nil {
			log.unread(v.vault+"/"+s.Name, err)
		}
	}
	return ctx.Err()
}

// maxVersions bounds how many versions of a secret are read, the latest first.
const maxVersions = 10

// version is one in the list of a secret's versions.
type version struct {
	ID         string `json:"id"`
	Attributes struct {
		Created string `json:"created"` // RFC 3339, so that letters sort it
		Enabled bool   `json:"enabled"`
	} `json:"attributes"`
}

// versions reads those of a secret that are enabled: no program gets any other.
func (v vault) versions(ctx context.Context, name string, visit func(document), log *tally) error {
	var list []version
	if err := v.into(ctx, &list, v.secret("list-versions", "--name="+name)...); err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(x version) bool { return !x.Attributes.Enabled })
	slices.SortFunc(list, func(a, b version) int { return strings.Compare(b.Attributes.Created, a.Attributes.Created) })
	for i, x := range list {
		place := v.vault + "/" + name + "/" + x.ID[strings.LastIndexByte(x.ID, '/')+1:]
		if i == maxVersions {
			log.unread(place, msg.Error(msg.New("only the first %d were searched", maxVersions)))
			break
		}
		d := document{Location: place}
		if i == 0 {
			d.Target = func(string, bool) string { return "keyvault:" + v.vault + "/" + name }
		}
		if err := v.read(ctx, name, x, &d); err != nil {
			log.unread(place, err)
			continue
		}
		visit(d)
	}
	return nil
}

// read takes the value of a version, and its tags and content type, which may name
// the application.
func (v vault) read(ctx context.Context, name string, x version, d *document) error {
	var one struct {
		Value       string            `json:"value"`
		ContentType string            `json:"contentType"`
		Tags        map[string]string `json:"tags"`
	}
	number := x.ID[strings.LastIndexByte(x.ID, '/')+1:]
	if err := v.into(ctx, &one, v.secret("show", "--name="+name, "--version="+number)...); err != nil {
		return err
	}
	d.Text = setting(name, one.Value) + setting("content-type", one.ContentType)
	for tag, text := range one.Tags {
		d.Text += setting(tag, text)
	}
	return nil
}

// secret is a command of az for the secrets of the vault.
func (v vault) secret(verb string, more ...string) []string {
	return append([]string{"keyvault", "secret", verb, "--vault-name=" + v.vault, "--output=json"}, more...)
}
