package entra

import "encoding/json"

// maxPolicies bounds how many policies an answer may name.
const maxPolicies = 16

// Policies are the IDs of the Conditional Access policies that blocked the
// sign-in, as the answer's claims challenge names them (a JSON text in the field
// claims: access_token, capolids, values). It is empty where there are none.
func (r *Refusal) Policies() []string {
	var body struct {
		Claims string `json:"claims"`
	}
	var claims struct {
		AccessToken struct {
			Policies struct {
				Values []string `json:"values"`
			} `json:"capolids"`
		} `json:"access_token"`
	}
	if json.Unmarshal([]byte(r.Body.Reveal()), &body) != nil || json.Unmarshal([]byte(body.Claims), &claims) != nil {
		return nil
	}
	ids := claims.AccessToken.Policies.Values
	return ids[:min(len(ids), maxPolicies)]
}
