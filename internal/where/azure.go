package where

import (
	"context"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
)

// maxObjects bounds how many apps of a subscription, or secrets of a vault, are
// asked for one by one.
const maxObjects = 500

// named is an object of Azure in a list.
type namedObject struct {
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

// Each lists the apps, and the settings of each.
func (a apps) Each(ctx context.Context, visit func(Document), log *Log) error {
	list := []namedObject{{a.app, a.group}}
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
			log.Unreadable(o.ResourceGroup+"/"+o.Name, msg.Error(msg.New("only the first %d were searched; name a resource group", maxObjects)))
			break
		}
		if err := a.one(ctx, o, visit); err != nil && ctx.Err() == nil {
			log.Unreadable(o.ResourceGroup+"/"+o.Name, err)
		}
	}
	return ctx.Err()
}

// one reads the settings of an app. The environment of a container app is a part of
// its template, beside its secrets.
func (a apps) one(ctx context.Context, o namedObject, visit func(Document)) error {
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
	d := Document{Location: o.ResourceGroup + "/" + o.Name}
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

// vault searches the secrets of a key vault, each in its latest version.
type vault struct {
	asked
	vault string
}

func newVault(rest string, environ []string) Source {
	return vault{client("keyvault", "az", environ), rest}
}

// Each lists the secrets, and reads each that is enabled. The tags and the content
// type may name the application.
func (v vault) Each(ctx context.Context, visit func(Document), log *Log) error {
	var list []struct {
		Name string `json:"name"`
	}
	in := "--vault-name=" + v.vault
	if err := v.into(ctx, &list, "keyvault", "secret", "list", in, "--output=json"); err != nil {
		return err
	}
	for i, s := range list {
		if i == maxObjects {
			log.Unreadable(v.vault+"/"+s.Name, msg.Error(msg.New("only the first %d were searched; name a resource group", maxObjects)))
			break
		}
		var one struct {
			Value       string            `json:"value"`
			ContentType string            `json:"contentType"`
			Tags        map[string]string `json:"tags"`
		}
		if err := v.into(ctx, &one, "keyvault", "secret", "show", in, "--name="+s.Name, "--output=json"); err != nil {
			log.Unreadable(v.vault+"/"+s.Name, err)
			continue
		}
		d := Document{Location: v.vault + "/" + s.Name, Text: setting(s.Name, one.Value) + setting("content-type", one.ContentType)}
		for name, tag := range one.Tags {
			d.Text += setting(name, tag)
		}
		d.Target = func(string, bool) string { return "keyvault:" + v.vault + "/" + s.Name }
		visit(d)
	}
	return ctx.Err()
}
