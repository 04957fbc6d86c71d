package target

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/program"
	"github.com/spcheck/spcheck/internal/secrets"
)

// site is an application setting of App Service or of Azure Functions, written by
// az.
type site struct {
	oneWay
	program.Client
	group, app, slot, setting string
	remark                    msg.Text
	former                    *string
	changed                   bool
}

var (
	siteName    = lazyregexp.New(`^[A-Za-z0-9_(.][A-Za-z0-9_().-]*$`)
	siteSetting = lazyregexp.New(`^[A-Za-z_][A-Za-z0-9_.:-]*$`)
)

func newAppSettings(rest string, d Deps) (Target, error) {
	at := strings.LastIndexByte(rest, '#')
	if at < 0 {
		return nil, siteUsage()
	}
	parts := strings.Split(rest[:at], "/")
	if len(parts) < 2 || len(parts) > 3 || !siteSetting().MatchString(rest[at+1:]) {
		return nil, siteUsage()
	}
	for _, p := range parts {
		if !siteName().MatchString(p) {
			return nil, siteUsage()
		}
	}
	s := &site{Client: program.Client{Name: "az", Environ: d.Environ}, group: parts[0], app: parts[1], setting: rest[at+1:]}
	if len(parts) == 3 {
		s.slot = parts[2]
	}
	return s, nil
}

func siteUsage() error {
	return fail.Usage(msg.New("the target appsettings needs a resource group, an app and the name of a setting"),
		msg.New("for example: %s, or for a slot: %s", "--to appsettings:rg-sync/contoso-sync#AZURE_CLIENT_SECRET", "--to appsettings:rg-sync/contoso-sync/staging#AZURE_CLIENT_SECRET"))
}

func (s *site) Spec() string {
	place := s.group + "/" + s.app
	if s.slot != "" {
		place += "/" + s.slot
	}
	return "appsettings:" + place + "#" + s.setting
}
func (s *site) Format(f fmt.State, _ rune) { spell(f, s) }
func (s *site) Remark() msg.Text           { return s.remark }

// Next implements Target.
func (s *site) Next() msg.Text {
	return msg.New("App Service restarts the app automatically when a setting changes.")
}

func (s *site) in(words ...string) []string {
	words = append(append([]string{"webapp", "config", "appsettings"}, words...), "--resource-group="+s.group, "--name="+s.app, "--only-show-errors")
	if s.slot != "" {
		words = append(words, "--slot="+s.slot)
	}
	return words
}

// get reads the setting, nil where the app has none of that name. The command for
// web apps reads and writes those of function apps as well: both are of the type
// Microsoft.Web/sites.
func (s *site) get(ctx context.Context) (*string, error) {
	out, err := s.Ask(ctx, s.in("list", "--output=json")...)
	if err != nil {
		return nil, err
	}
	var list []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	if json.Unmarshal(out, &list) != nil {
		return nil, msg.Error(msg.New("the output of az is not a list of settings"))
	}
	for _, e := range list {
		if e.Name == s.setting {
			return &e.Value, nil
		}
	}
	return nil, nil
}

// reference begins a setting that leads to Key Vault.
const reference = "@Microsoft.KeyVault("

// Check reads the setting. Whether it may be changed shows when that is done.
func (s *site) Check(ctx context.Context) error {
	value, err := s.get(ctx)
	switch {
	case err != nil:
		return failure(s, err)
	case value == nil:
		s.remark = msg.New("The app has no setting %s; it will be added.", s.setting)
	case strings.HasPrefix(*value, reference):
		return because(s, msg.New("the setting refers to a Key Vault; use the vault as the target: keyvault:VAULT/NAME"))
	}
	return nil
}

func (s *site) Read(ctx context.Context) (secrets.Value, error) {
	value, err := s.get(ctx)
	if err != nil || value == nil {
		return secrets.Value{}, failure(s, err)
	}
	return secrets.NewValue(*value), nil
}

// Store changes the one setting. Where the answer fails, what the app has then
// tells whether it was done all the same.
func (s *site) Store(ctx context.Context, secret Secret) error {
	former, err := s.get(ctx)
	if err != nil {
		return failure(s, err)
	}
	s.former, s.changed = former, true
	if err = s.set(ctx, secret.Value.Reveal()); err == nil {
		return nil
	}
	if now, readErr := s.Read(context.WithoutCancel(ctx)); readErr == nil {
		if now == secret.Value {
			return nil
		}
		s.changed = false
	}
	return failure(s, err)
}

// set gives the setting as JSON on standard input: az reads an argument of the form
// @- from there (Azure CLI's documentation, "Pass arguments from a file").
func (s *site) set(ctx context.Context, value string) error {
	text, err := json.Marshal(map[string]string{s.setting: value})
	if err != nil {
		return err
	}
	_, _, err = s.Give(ctx, string(text), nil, s.in("set", "--settings", "@-", "--output=none")...)
	return err
}

// Undo gives the setting its former value, or takes it away.
func (s *site) Undo(ctx context.Context) error {
	switch {
	case !s.changed:
		return nil
	case s.former != nil:
		return failure(s, s.set(ctx, *s.former))
	}
	_, err := s.Ask(ctx, s.in("delete", "--setting-names", s.setting, "--output=none")...)
	return failure(s, err)
}
