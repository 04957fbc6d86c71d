package journal

import (
	"time"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/msg"
)

// Summary says what is known of an unfinished renewal, as sentences.
func (e *Entry) Summary() msg.Text {
	switch e.Stage {
	case Adding:
		return msg.New("On %s a secret named %q was about to be added. It is not known whether it was; its value was lost.", e.Began, e.Name)
	case Added:
		return msg.New("On %s the secret %q (%s) was added; its value was lost before it was stored.", e.Began, e.Name, e.KeyID)
	case Storing:
		return msg.New("On %s the secret %q (%s) was added; whether its value reached %s is not known.", e.Began, e.Name, e.KeyID, e.Targets())
	}
	return msg.New("On %s the secret %q (%s) was added and stored in %s; whether it works has not been verified.", e.Began, e.Name, e.KeyID, e.Targets())
}

// ResumeCommand is what goes on with an unfinished renewal.
func ResumeCommand(appID string) commandline.Words {
	return commandline.Words{"spcheck", "renew-secret", "--sp", appID, "--resume"}
}

// Pending looks an unfinished renewal up in the user's state, for reports of
// other commands; nil where there is none. The tenant is its GUID or the name
// that was configured.
func Pending(env func(string) (string, bool), tenant, appID string) (*Entry, error) {
	s, err := Open(env, time.Now)
	if err != nil {
		return nil, nil // no folder for state, so that nothing was ever kept
	}
	return s.Pending(tenant, appID)
}
