import Button from 'antd/es/button'
import { useText } from '../../../../apps/web/ui/index.ts'
import { Gate } from '../Gate.tsx'
import { loadSession, signOut } from '../session.ts'
import { Enrol } from './Enrol.tsx'
import { text } from './text.ts'

/** Signed in, and let in once the second factor that the company asks for is set up. */
export default function EnrolPage() {
  const say = useText(text)
  return (
    <Gate title={say('enrol_title')} lead={say('enrol_lead')}>
      <div className="card">
        <p className="mut s13">{say('two_step_lead')}</p>
        <Enrol onDone={() => void loadSession()} />
      </div>
      <Button type="text" onClick={() => signOut(false)}>
        {say('sign_out')}
      </Button>
    </Gate>
  )
}
