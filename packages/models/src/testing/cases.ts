import { readReference } from './reference.ts'

type Text = string
type Golden = { params: Text[]; LL: Text; se: Text[]; corr_logparams: number[][] }
type Customer = { ll: Text; palive: Text; cet39: Text; dert_d0_0027?: Text }
type Stress = { x: number; tx: Text; T: Text; t: number; ll: Text; palive: Text; cet: Text }

/** The parts of `customer-base-models.json` that the tests read. */
export type ReferenceFigures = {
  published: Record<
    string,
    { values: Record<string, number | number[] | Record<string, number | number[]>> }
  > & {
    bgnbd_scalars: { values: Record<string, number | number[]> }
    pnbd_scalars: { values: Record<string, number | number[]> }
    sbg_2007: {
      values: Record<'regular' | 'high_end', { alpha: number; beta: number }>
      survival_pct_regular: number[]
      survival_pct_high_end: number[]
    }
    gamma_gamma_cdnow: { cond_mean_first10_customers: number[] }
    bgbb_donations: { LL_recomputed_at_rounded_params: Text }
  }
  golden: {
    mle: Record<'bgnbd_cdnow_2dp_csv' | 'mbgnbd_cdnow_2dp_csv' | 'pnbd_cdnow_2dp_csv', Golden>
    sbg: {
      sbg_regular: {
        actual_pct: number[]
        alpha: Text
        beta: Text
        LL: Text
        se: Text[]
        S_model: Text[]
        retention: Text[]
      }
    }
    bgbb_donations: {
      params: Record<'alpha' | 'beta' | 'gamma' | 'delta', Text>
      LL: Text
      se: Text[]
      palive_next_period: Record<string, Text>
      cet5: Record<string, Text>
      cet5_total: Text
      LL_at_published: Text
    }
    gamma_gamma_cdnow_2dp: { p: Text; q: Text; gamma: Text; LL: Text; se: Text[]; n: number; pop_mean: Text }
    gamma_gamma_at_published: { pop_mean: Text; Ez_1: Text; Ez_2: Text; LL: Text }
    per_customer_at_published_params: Record<
      'bgnbd' | 'mbgnbd' | 'pnbd',
      { params: Text[]; customers: Record<string, Customer> }
    >
    clv12_bgnbd_gg_published_params: Record<'1' | '2', number>
    scalars: {
      P0_39: Text
      P10_2: Text
      P11_20_t30: Text[]
      E_t: Record<string, Text>
      'pnbd_cet_26_30.86_31_52': Text
      'pnbd_palive_26_30.86_31_BTYDparams': Text
      pnbd_E_1_9: Text[]
      'bg_cet_2_30.43_38.86_39': Text
    }
    singular: { bgnbd_a_eq_1_limit: Text }
    stress: Record<'bgnbd' | 'mbgnbd' | 'pnbd', Stress[]>
  }
}

export const figures = readReference<ReferenceFigures>('customer-base-models.json')

/** The three named customers of CDNOW that every peer prints. */
export const threeCustomers = { x: [2, 1, 0], t_x: [30.43, 1.71, 0], T: [38.86, 38.86, 38.86] }

export const PUBLISHED = {
  bg: { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 },
  mbg: { r: 0.525, alpha: 6.183, a: 0.891, b: 1.614 },
  pareto: { r: 0.553, alpha: 10.578, s: 0.606, beta: 11.669 },
  gammaGamma: { p: 6.25, q: 3.74, gamma: 15.44 },
  bgBb: { alpha: 1.204, beta: 0.75, gamma: 0.657, delta: 2.783 },
}
