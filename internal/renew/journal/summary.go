package journal

import (
	"time"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/msg"
)

// Summary describes the unfinished renewal in sentences.
func (e *Entry) Summary() msg.Text {
	if e.Kind == Certificate {
		return e.certificate()
	}
	switch e.Stage {
	case Adding:
		return msg.New("On %s a secret named %q was about to be added. It is not known whether it was; its value was lost.", e.Began, e.Name)
	case Added:
		return msg.New("On %s the secret %q (%s) was added; its value was lost before it was stored.", e.Began, e.Name, e.KeyID)
	case Storing:
		return msg.New("On %s the secret %q (%s) was added; whether its value reached %s is not known.", e.Began, e.Name, e.KeyID, e.Targets())
	}
	return msg.New("On %s the secret %q (%s) was added and stored in %s; whether it works has not been verified.", e.Began, e.Name, e.KeyID, e.targets(nil))
}

func (e *Entry) certificate() msg.Text {
	switch e.Stage {
	case Making:
		return msg.New("On %s a certificate named %q was about to be created in %s; nothing was added to Entra.", e.Began, e.Name, e.staged())
	case Adding:
		return msg.New("On %s the certificate named %q was created in %s; it is not known whether it was added to Entra.", e.Began, e.Name, e.staged())
	case Added:
		return msg.New("On %s the certificate %s named %q was created in %s and added to Entra; it has not been verified.", e.Began, e.KeyID, e.Name, e.staged())
	}
	return msg.New("On %s the certificate %s named %q was added and verified; it is not known whether it was installed in %s.", e.Began, e.KeyID, e.Name, e.Targets())
}

func (e *Entry) staged() string {
	if len(e.Places) == 0 {
		return ""
	}
	return e.Places[0].Staged
}

// ResumeCommand returns the command that continues the renewal of a secret.
func ResumeCommand(appID string) commandline.Words {
	return commandline.Words{"spcheck", "renew-secret", "--sp", appID, "--resume"}
}

// Resume returns the command that continues this renewal.
func (e *Entry) Resume() commandline.Words {
	if e.Kind == Certificate {
		return commandline.Words{"spcheck", "renew-certificate", "--sp", e.AppID, "--resume"}
	}
	return ResumeCommand(e.AppID)
}

// Pending returns the unfinished renewal of an application from the user's folder for
// state: that of a secret, otherwise that of a certificate, or nil. tenant is its GUID or
// the configured name. Commands that renew nothing use it to mention the renewal.
func Pending(env func(string) (string, bool), tenant, appID string) (*Entry, error) {
	s, err := Open(env, time.Now)
	if err != nil {
		return nil, nil // without a folder, no renewal can be unfinished
	}
	e, err := s.Pending(Secret, appID, tenant)
	if e != nil || err != nil {
		return e, err
	}
	return s.Pending(Certificate, appID, tenant)
}
