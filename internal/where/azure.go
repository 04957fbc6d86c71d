package where

import (
	"context"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
)

const (
	// maxObjects limits how many apps of a subscription, or secrets of a vault, are read.
	maxObjects = 500
	// maxVersions limits how many versions of a secret are read, the latest first.
	maxVersions = 10
)

// apps is a command of az for web apps, function apps or container apps.
type apps string

const containerApps apps = "containerapp"

// app is one app in a list.
type app struct{ ResourceGroup, Name string }

func (a app) location() string { return a.ResourceGroup + "/" + a.Name }

// search reads the apps of a subscription or a resource group, or a single app.
func (a apps) search(ctx context.Context, e external, log *tally) error {
	group, name, one := strings.Cut(e.rest, "/")
	list := []app{{group, name}}
	if !one {
		args := []string{string(a), "list", "--output=json"}
		if group != "" {
			args = append(args, "--resource-group="+group)
		}
		if err := e.into(ctx, &list, args...); err != nil {
			return err
		}
	}
	for i, o := range list {
		if i == maxObjects {
			log.unread(o.location(), msg.Error(msg.New("only the first %d were searched; give a resource group", maxObjects)))
			break
		}
		if err := a.settings(ctx, e, o, log); err != nil && ctx.Err() == nil {
			log.unread(o.location(), err)
		}
	}
	return ctx.Err()
}

// settings reads the settings of an app. A container app has secrets, and environment
// variables in its template.
func (a apps) settings(ctx context.Context, e external, o app, log *tally) error {
	place := []string{"--resource-group=" + o.ResourceGroup, "--name=" + o.Name, "--output=json"}
	d := document{Location: o.location()}
	commands := [][]string{{string(a), "config", "appsettings", "list"}}
	if a == containerApps {
		commands = [][]string{{string(a), "secret", "list", "--show-values"}, {string(a), "show", "--query=properties.template.containers[].env[]"}}
	} else {
		d.Target = named("appsettings:" + o.location() + "#")
	}
	for _, command := range commands {
		var values []nameValue
		if err := e.into(ctx, &values, append(command, place...)...); err != nil {
			return err
		}
		d.add(values)
	}
	log.search(d)
	return nil
}

// searchVault reads the secrets of a key vault, in all their versions, because a product
// may name one.
func searchVault(ctx context.Context, e external, log *tally) error {
	var list []struct{ Name string }
	if err := e.into(ctx, &list, e.vaultSecret("list")...); err != nil {
		return err
	}
	for i, s := range list {
		if i == maxObjects {
			log.unread(e.rest+"/"+s.Name, msg.Error(msg.New("only the first %d were searched", maxObjects)))
			break
		}
		if err := e.versions(ctx, s.Name, log); err != nil && ctx.Err() == nil {
			log.unread(e.rest+"/"+s.Name, err)
		}
	}
	return ctx.Err()
}

// version is one in the list of a secret's versions.
type version struct {
	ID         string // a URL that ends in the number of the version
	Attributes struct {
		Created string // RFC 3339, which sorts as text
		Enabled bool
	}
}

// versions reads the enabled versions of a secret. Programs cannot read the others.
func (e external) versions(ctx context.Context, name string, log *tally) error {
	var list []version
	if err := e.into(ctx, &list, e.vaultSecret("list-versions", "--name="+name)...); err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(x version) bool { return !x.Attributes.Enabled })
	slices.SortFunc(list, func(a, b version) int { return strings.Compare(b.Attributes.Created, a.Attributes.Created) })
	for i, x := range list {
		d := document{Location: e.rest + "/" + name + "/" + path.Base(x.ID)}
		if i == maxVersions {
			log.unread(d.Location, msg.Error(msg.New("only the first %d were searched", maxVersions)))
			break
		}
		if i == 0 {
			d.Target = func(string, bool) string { return "keyvault:" + e.rest + "/" + name }
		}
		if err := e.version(ctx, name, path.Base(x.ID), &d); err != nil {
			log.unread(d.Location, err)
			continue
		}
		log.search(d)
	}
	return nil
}

// version reads the value of a version, and its tags and content type, which may name the
// application.
func (e external) version(ctx context.Context, name, number string, d *document) error {
	var one struct {
		Value, ContentType string
		Tags               map[string]string
	}
	if err := e.into(ctx, &one, e.vaultSecret("show", "--name="+name, "--version="+number)...); err != nil {
		return err
	}
	d.add([]nameValue{{name, one.Value}, {"content-type", one.ContentType}})
	for _, tag := range slices.Sorted(maps.Keys(one.Tags)) {
		d.Text += setting(tag, one.Tags[tag])
	}
	return nil
}

// vaultSecret returns a command of az for the secrets of the vault.
func (e external) vaultSecret(verb string, more ...string) []string {
	return append([]string{"keyvault", "secret", verb, "--vault-name=" + e.rest, "--output=json"}, more...)
}
