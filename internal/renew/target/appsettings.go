package target

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/program"
	"github.com/spcheck/spcheck/internal/secrets"
)

// appSetting is an application setting of App Service or Azure Functions. It is read and
// written with az.
type appSetting struct {
	place
	program.Client
	// slot is empty for the production slot.
	group, app, slot, setting string
	// former is the value before Store, or nil if there was none.
	former *string
}

var (
	siteName    = lazyregexp.New(`^[A-Za-z0-9_(.][A-Za-z0-9_().-]*$`)
	siteSetting = lazyregexp.New(`^[A-Za-z_][A-Za-z0-9_.:-]*$`)
)

func newAppSettings(rest string, d Deps) (Target, error) {
	where, setting, ok := cutName(rest, siteSetting)
	parts := strings.Split(where, "/")
	if !ok || len(parts) < 2 || len(parts) > 3 || !matchAll(siteName, parts...) {
		return nil, fail.Usage(msg.New("the target appsettings needs a resource group, an app and the name of a setting"),
			msg.New("for example: %s, or for a slot: %s", "--to appsettings:rg-sync/contoso-sync#AZURE_CLIENT_SECRET", "--to appsettings:rg-sync/contoso-sync/staging#AZURE_CLIENT_SECRET"))
	}
	parts = append(parts, "")
	s := &appSetting{place: newPlace("appsettings:" + rest), Client: program.Client{Name: "az", Environ: d.Environ},
		group: parts[0], app: parts[1], slot: parts[2], setting: setting}
	s.next = msg.New("App Service restarts the app automatically when a setting changes.")
	return s, nil
}

func (s *appSetting) in(words ...string) []string {
	words = append(append([]string{"webapp", "config", "appsettings"}, words...), "--resource-group="+s.group, "--name="+s.app, "--only-show-errors")
	if s.slot != "" {
		words = append(words, "--slot="+s.slot)
	}
	return words
}

// get returns the setting, or nil if the app does not have it. The commands for web apps
// also work for function apps, because both are of the type Microsoft.Web/sites.
func (s *appSetting) get(ctx context.Context) (*string, error) {
	out, err := s.Ask(ctx, s.in("list", "--output=json")...)
	if err != nil {
		return nil, err
	}
	var list []struct{ Name, Value string }
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

// Check reads the setting. Only an attempt can tell whether it may be changed.
func (s *appSetting) Check(ctx context.Context) error {
	value, err := s.get(ctx)
	switch {
	case err != nil:
		return s.failure(err)
	case value == nil:
		s.remark = msg.New("The app has no setting %s; it will be added.", s.setting)
	case strings.HasPrefix(*value, "@Microsoft.KeyVault("):
		return s.because(msg.New("the setting refers to a Key Vault; use the vault as the target: keyvault:VAULT/NAME"))
	}
	return nil
}

func (s *appSetting) Read(ctx context.Context) (secrets.Value, error) {
	value, err := s.get(ctx)
	if err != nil || value == nil {
		return secrets.Value{}, s.failure(err)
	}
	return secrets.NewValue(*value), nil
}

func (s *appSetting) Store(ctx context.Context, secret Secret) error {
	former, err := s.get(ctx)
	if err != nil {
		return s.failure(err)
	}
	s.former, s.touched = former, true
	return s.settle(ctx, s.set(ctx, secret.Value.Reveal()), secret.Value, s.Read)
}

// set passes the setting as JSON on standard input, which az reads because of the argument
// @- (documentation of the Azure CLI, "Pass arguments from a file").
func (s *appSetting) set(ctx context.Context, value string) error {
	text, err := json.Marshal(map[string]string{s.setting: value})
	if err != nil {
		return err
	}
	_, _, err = s.Give(ctx, string(text), nil, s.in("set", "--settings", "@-", "--output=none")...)
	return err
}

// Undo restores the previous value, or removes the setting.
func (s *appSetting) Undo(ctx context.Context) error {
	switch {
	case !s.touched:
		return nil
	case s.former != nil:
		return s.failure(s.set(ctx, *s.former))
	}
	_, err := s.Ask(ctx, s.in("delete", "--setting-names", s.setting, "--output=none")...)
	return s.failure(err)
}
